import { expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { copiesIn, run as promote, writeCount } from '../e2e/step.ts';
import { home, organization, organizationArn, sourceId } from '../support/organization.ts';
import { inputs, job } from '../support/promotion.ts';
import { textOf } from './files.ts';
import { readWorkflow } from './workflow/file.ts';
import { runExample, type WorkflowRun } from './workflow/run.ts';
import { copying } from './world.ts';

it('the reusable workflow promotes for the team that calls it, and hands the ids back', async () => {
  const world = organization({ copying, image: { tags: { Name: 'web', scan: 'passed' } } });
  const run = await call(world);
  expect(run.failure).toBe('');
  const [copy] = copiesIn(world, home, 'eu-west-1');
  expect(copy).toMatchObject({ state: 'available', name: `web-2026-11-20-${job.sha}` });
  expect(copy?.launchPermissions.current).toEqual([{ kind: 'organization', id: organizationArn }]);
  expect(run.jobs.deploy?.steps[0]?.shown).toBe(`eu-west-1 launches ${copy?.id}`);
});

it('the reusable workflow refuses an image that was not scanned, and the team does not deploy', async () => {
  const world = organization({ copying });
  const run = await call(world);
  expect(run.failure).toContain('SourceTagMissing');
  expect(run.jobs.deploy?.conclusion).toBe('skipped');
  expect(writeCount(world)).toBe(0);
});

it('the reusable workflow has three inputs, and its caller gives them', () => {
  const { on } = readWorkflow(textOf('examples/reusable/promote-ami.yml'));
  const { jobs } = readWorkflow(textOf('examples/reusable/caller.yml'));
  expect(Object.keys(on.workflow_call?.inputs ?? {})).toHaveLength(3);
  expect(Object.keys(jobs.promote?.with ?? {})).toEqual(Object.keys(on.workflow_call?.inputs ?? {}));
});

it.each([
  { file: 'promote-ami.yml', status: 'success' },
  { file: 'another.yml', status: 'failure' },
])('the trust policy lets a workflow in that is called $file: $status', async ({ file, status }) => {
  const values = {
    ACCOUNT_ID: home,
    OWNER: 'example',
    OWNER_ID: job.ownerId,
    REPOSITORY: 'platform',
    REPOSITORY_ID: job.repositoryId,
    ENVIRONMENT: 'production',
    HOME_ACCOUNT_ID: home,
    SOURCE_REGION: 'us-east-1',
  };
  const trust = { 'trust-policy': '../examples/reusable/trust-policy.json', values };
  const world = organization({ copying, roles: { [home]: trust } });
  const step = await promote(world, inputs(), {
    job: { repository: 'example/platform', workflowFile: `.github/workflows/${file}` },
  });
  expect(step.outputs.status).toBe(status);
  expect(step.outputs.missing?.includes('AccessDenied')).toBe(status === 'failure');
});

function call(world: World): Promise<WorkflowRun> {
  return runExample('examples/reusable/caller.yml', { world, inputs: { ami: sourceId } });
}
