import { describe, expect, it } from '@jest/globals';
import { organization } from '../../support/organization.ts';
import { runWorkflow, type WorkflowRun } from './run.ts';
import type { Start } from './stage.ts';

const checkout = 'actions/checkout@0000000000000000000000000000000000000000';
const signIn = 'aws-actions/configure-aws-credentials@0000000000000000000000000000000000000000';

/** A workflow of these jobs. */
function play(jobs: string, start: Partial<Start> = {}): Promise<WorkflowRun> {
  const text = `name: Planted\non: { workflow_dispatch: }\npermissions: {}\njobs:\n${jobs}`;
  return runWorkflow(text, { world: organization(), ...start });
}

describe('the runner of workflows', () => {
  it('hands outputs from step to step and from job to job, through env', async () => {
    const run = await play(`
  first:
    permissions: {}
    outputs: { said: "\${{ steps.say.outputs.word }}" }
    steps:
      - { id: say, run: 'echo "word=hello" >> "$GITHUB_OUTPUT"' }
  second:
    needs: first
    permissions: {}
    steps:
      - { env: { WORD: "\${{ needs.first.outputs.said }}" }, run: 'echo "$WORD world"' }
`);
    expect(run.jobs.second?.steps[0]?.shown).toBe('hello world');
  });

  it('runs nothing after a step that fails, and no job that needs it', async () => {
    const run = await play(`
  first:
    permissions: {}
    steps: [{ run: "echo no\\nfalse\\necho on" }, { run: echo on }]
  second: { needs: first, permissions: {}, steps: [{ run: echo on }] }
`);
    expect(run.failure).toBe('no');
    expect(run.jobs.first?.steps).toHaveLength(1);
    expect(run.jobs.second?.conclusion).toBe('skipped');
  });

  it('passes no output on that holds a secret, and shows none', async () => {
    const run = await play(
      `
  first:
    permissions: {}
    outputs: { told: "\${{ steps.tell.outputs.told }}" }
    steps:
      - { id: tell, env: { IT: "\${{ secrets.IT }}" }, run: 'echo "told=$IT" | tee -a "$GITHUB_OUTPUT"' }
`,
      { secrets: { IT: 'b1946ac92492d234' } },
    );
    expect(run.jobs.first).toMatchObject({ conclusion: 'success', outputs: {} });
    expect(run.jobs.first?.steps[0]?.shown).toBe('told=***');
  });

  it.each([
    [
      'a checkout without contents: read',
      `{ permissions: {}, steps: [{ uses: '${checkout}' }] }`,
      'contents: read',
    ],
    [
      'signing in without id-token: write',
      `{ permissions: {}, steps: [{ uses: '${signIn}' }] }`,
      'id-token: write',
    ],
    ['an action that nothing stands in for', "{ permissions: {}, steps: [{ uses: 'a/b@c' }] }", 'a/b@c'],
    ['a key that it does not know', '{ permissions: {}, strategy: {}, steps: [] }', 'strategy'],
    ['a need that comes later', '{ needs: second, permissions: {}, steps: [] }', 'second'],
  ])('raises an error for %s', async (_, job, reason) => {
    await expect(play(`  first: ${job}\n`)).rejects.toThrow(reason);
  });

  it('raises an error for an input that is not declared', async () => {
    const start = { inputs: { ami: 'ami-1' } };
    await expect(play('  first: { permissions: {}, steps: [] }\n', start)).rejects.toThrow('ami');
  });
});
