import { expect, it } from '@jest/globals';
import { organization } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { start } from './step.ts';

it.concurrent('faults in inputs are all told together, before anything is asked of GitHub or AWS', async () => {
  const { world, step, issuer } = await refused({
    source: 'web-1',
    'source-region': 'us-east1',
    accounts: 'home\n12345',
    regions: '',
    role: 'arn:aws:iam::1:role/x',
    'kms-key': 'ami',
    'wait-minutes': 'soon',
    'poll-seconds': '0',
    tags: 'promote-ami:source=x',
    'copy-tags': 'ja',
  });
  expect(world.record).toEqual([]);
  expect(issuer.requests).toEqual([]);
  expect(step.exitCode).toBe(1);
  for (const name of [
    'source',
    'source-region',
    'accounts',
    'regions',
    'role',
    'kms-key',
    'wait-minutes',
    'poll-seconds',
    'tags',
    'copy-tags',
  ]) {
    expect(step.summary).toContain(`| <code>${name}</code> |`);
  }
  expect(step.outputs).toMatchObject({ status: 'failure', converged: 'false', amis: '{}', missing: '[]' });
  expect(step.manifest).toBeUndefined();
});

it.concurrent('many faults in inputs take ten annotations at most, and the summary has them all', async () => {
  const regions = Array.from({ length: 14 }, (_, index) => `nowhere${index}`);
  const { step } = await refused({ regions: regions.join('\n') });
  expect(step.annotations).toHaveLength(10);
  expect(step.annotations[9]?.text).toMatch(/and 5 more/);
  for (const region of regions) {
    expect(step.summary).toContain(region);
  }
});

it.concurrent('inputs that came out empty are not taken for defaults', async () => {
  const { step, world } = await refused({ 'share-with': '', 'optional-regions': ' ', role: '' });
  expect(world.record).toEqual([]);
  expect(step.annotations.map(({ title }) => title)).toEqual([
    'Input optional-regions',
    'Input role',
    'Input share-with',
  ]);
});

it.concurrent('an input that does not exist is told with the name that is meant', async () => {
  const { step, world } = await refused({ 'optional-region': 'us-west-2' });
  expect(world.record).toEqual([]);
  const [fault] = step.annotations.filter(({ kind }) => kind === 'error');
  expect(fault).toMatchObject({ title: 'Input optional-region' });
  expect(fault?.text).toContain('did you mean "optional-regions"?');
});

it.concurrent('inputs cannot bring commands or Markdown into log and summary', async () => {
  const { step } = await refused({ regions: 'x]<b>|`\r\n::add-mask::home\n::warning::y' });
  expect(step.masks).toEqual([]);
  expect(step.annotations.filter(({ kind }) => kind === 'warning')).toEqual([]);
  expect(step.summary).not.toContain('<b>|');
});

async function refused(over: Readonly<Record<string, string>>) {
  const world = organization();
  const { issuer, ended } = await start(world, inputs(over));
  return { world, issuer, step: await ended };
}
