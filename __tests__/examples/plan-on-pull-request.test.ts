import { expect, it } from '@jest/globals';
import { parsePolicy } from '../../simulator/iam/evaluate.ts';
import type { World } from '../../simulator/world.ts';
import { writeCount } from '../e2e/step.ts';
import { home, organization, prod, sourceId, sourceRegion, staging } from '../support/organization.ts';
import { job } from '../support/promotion.ts';
import { runExample, type WorkflowRun } from './workflow/run.ts';
import type { Start } from './workflow/stage.ts';
import { keyOf, role } from './world.ts';

const head = 'b'.repeat(40);

it('plan-on-pull-request.yml comments on the pull request what would be written, once, and writes nothing', async () => {
  const world = accounts();
  const first = await plan(world, `prod=${prod}\n`);
  expect(first.failure).toBe('');
  expect(first.jobs.plan?.steps.at(-1)?.outputs).toMatchObject({ converged: 'false' });
  expect(first.comments).toMatchObject([{ issue: 7, body: expect.stringContaining('prod') }]);
  expect(first.comments[0]?.body).not.toContain('prod-eu');

  const second = await plan(world, `prod=${prod}\nprod-eu=${staging}\n`, {
    runId: '2',
    comments: first.comments,
  });
  expect(second.failure).toBe('');
  expect(second.comments).toMatchObject([
    { id: first.comments[0]?.id, body: expect.stringContaining('prod-eu') },
  ]);
  expect(writeCount(world)).toBe(0);
});

it.each([
  { leave: 'lets ami-plan look at it', isLet: true },
  { leave: 'does not let ami-plan look at it', isLet: false },
])(
  "plan-on-pull-request.yml tells what it could not see of a source's key whose policy $leave",
  async ({ isLet }) => {
    const world = accounts();
    if (isLet) {
      const key = keyOf(world, home, sourceRegion);
      const Principal = { AWS: `arn:aws:iam::${prod}:role/ami-plan` };
      const Statement = { Effect: 'Allow', Principal, Action: 'kms:DescribeKey', Resource: '*' };
      key.policies = [...key.policies, parsePolicy('planning', { Version: '2012-10-17', Statement })];
    }
    const run = await plan(world, `prod=${prod}\n`);
    expect(run.failure).toBe('');
    expect(run.jobs.plan?.steps.at(-1)?.promotion?.summary.includes('kms:DescribeKey')).toBe(!isLet);
  },
);

it('plan-on-pull-request.yml lets a list of accounts set no output but itself, whatever lines are in it', async () => {
  const world = accounts();
  const text = `prod=${prod}\nEND\nother<<END\nprod=${staging}\nEND`;
  const run = await plan(world, text);
  expect(run.jobs.plan?.steps[1]?.outputs).toEqual({ list: text });
  expect(run.failure).toContain('END');
  expect(world.record).toEqual([]);
});

it('plan-on-pull-request.yml plans nothing for a fork', async () => {
  const world = accounts();
  const run = await plan(world, `prod=${prod}\n`, {
    pullRequest: { number: 7, head: { sha: head, repo: { full_name: 'somebody/images' } } },
  });
  expect(run.jobs.plan?.conclusion).toBe('skipped');
  expect(run.comments).toEqual([]);
  expect(world.record).toEqual([]);
});

/** Roles that can only read, in home, prod and staging; the parameter holds the source. */
function accounts(): World {
  const reading = role('ami-plan', 'planning', 'read-only-policy');
  const inHome = role('ami-plan', 'planning', 'read-only-policy', 'source-parameter-policy');
  return organization({
    parameters: [{ name: '/ami/web/current', account: home, region: sourceRegion, value: sourceId }],
    moreRoles: {
      [home]: [{ ...inHome, values: { ...inHome.values, PARAMETER_NAME: 'ami/web/current' } }],
      [prod]: [reading],
      [staging]: [reading],
    },
  });
}

function plan(world: World, accounts: string, over: Partial<Start> = {}): Promise<WorkflowRun> {
  return runExample('examples/plan-on-pull-request.yml', {
    world,
    event: 'pull_request',
    ref: 'refs/pull/7/merge',
    pullRequest: { number: 7, head: { sha: head, repo: { full_name: job.repository } } },
    files: { '.github/ami-accounts.txt': accounts },
    ...over,
  });
}
