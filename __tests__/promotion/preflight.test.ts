import { describe, expect, it } from '@jest/globals';
import { imagesIn, writesIn } from '../../simulator/look.ts';
import { causesOf } from '../../src/report/causes.ts';
import { statusOf } from '../../src/report/status.ts';
import { consumer, home, prod, sourceRegion, staging } from '../support/organization.ts';
import { allBut, changeKey, many, pull } from '../support/problems.ts';
import type { InProcess } from '../support/promotion.ts';
import {
  failureOf,
  idOf,
  imageFile,
  onceAt,
  only,
  type Scenario,
  scenario,
  sole,
  toldByPlace,
} from '../support/scenario.ts';

/** Every code that a step told, in order. */
function codesOf({ result }: InProcess): readonly string[] {
  const ofTargets = result.outcomes.flatMap((outcome) =>
    outcome.state === 'failed' ? [outcome.failure, ...outcome.others] : [],
  );
  return [...result.failures, ...ofTargets].map(({ code }) => code);
}

describe('nothing is written where this is found', () => {
  it.each([
    ['ec2:ModifyImageAttribute', { 'share-with': consumer }],
    ['ec2:CreateTags', { tags: 'stage=prod' }],
  ])('a role that may not mend what is there: %s', async (action, given) => {
    const at = scenario();
    await at.run();
    const before = writesIn(at.world).length;
    at.world.faults.push({
      action: `${action}/dry-run`,
      hits: { kind: 'always' },
      effect: { kind: 'access-denied' },
    });
    const step = await at.run(given, { runId: '1002' });
    expect(failureOf(step)).toMatchObject({ code: 'UnauthorizedOperation', action });
    expect(writesIn(at.world)).toHaveLength(before);
  });
});

/** Three targets with problems, one of them with several; three without. */
function broken(): Scenario {
  const at = scenario({
    ...imageFile({ account: prod, region: 'us-west-2' }, { name: 'web-1' }),
    regions: { [prod]: { [sourceRegion]: { 'allowed-images': { state: 'enabled', criteria: [] } } } },
    faults: [{ action: 'ec2:CopyImage/dry-run', account: home, region: 'us-west-2', do: 'access-denied' }],
  });
  changeKey(prod, 'eu-west-1', { state: 'Disabled' })(at);
  return at;
}

describe('one report', () => {
  it('has all problems of all targets, and several of one', async () => {
    const at = broken();
    const step = await at.run(many);
    expect(toldByPlace(step)).toMatchObject({
      'home eu-west-1': 'skipped: NotStarted',
      'home us-west-2': 'failed: UnauthorizedOperation',
      'staging us-west-2': 'skipped: NotStarted',
    });
    expect([...codesOf(step)].sort()).toEqual([
      'ImageNotAllowed',
      'ImageNotAllowed',
      'KeyNotUsable',
      'NameTaken',
      'UnauthorizedOperation',
    ]);
    expect(step.lines).toContain(
      'Nothing was written: 3 of 6 targets failed the checks that come before the first write, and 3 more were not begun.',
    );
    expect(writesIn(at.world)).toEqual([]);
  });

  it('has what denies the opening and what denies the copy', async () => {
    const at = scenario({
      roles: { [home]: allBut('ec2:ModifySnapshotAttribute'), [prod]: allBut('ec2:CopyImage') },
    });
    const { failure, others } = failedOf(await at.run(pull));
    const actions = [failure, ...others].map(({ action }) => action);
    expect(new Set(actions)).toEqual(new Set(['ec2:ModifySnapshotAttribute', 'ec2:CopyImage']));
  });

  it('has a source that cannot be read and a role elsewhere that cannot be assumed', async () => {
    const at = scenario();
    at.world.accounts.get(prod)?.roles.delete('ami-promotion');
    const step = await at.run({ ...many, source: idOf('f') });
    expect(step.failure?.code).toBe('SourceNotFound');
    expect(step.result.failures.map(({ code, where }) => [code, where.split('/')[0]])).toEqual([
      ['SourceNotFound', home],
      ['AccessDenied', prod],
    ]);
  });

  it('says of a source that no target can open what it is, once', async () => {
    const at = scenario({ roles: { [home]: allBut('ec2:ModifyImageAttribute') } });
    const step = await at.run({ ...many, accounts: `prod=${prod}\nstaging=${staging}` });
    const cause = sole(causesOf(step.result, step.promotion));
    expect(cause).toMatchObject({ code: 'UnauthorizedOperation', actions: ['ec2:ModifyImageAttribute'] });
    expect(cause.targets).toHaveLength(4);
  });
});

function failedOf(step: InProcess) {
  const outcome = only(step);
  if (outcome.state !== 'failed') {
    throw new Error(`it is ${outcome.state}`);
  }
  return outcome;
}

describe('a target that fails', () => {
  it('and is optional is left out, by reading or by trial, and the others are promoted', async () => {
    const at = broken();
    const optional = { 'optional-regions': 'us-west-2', regions: 'eu-west-1', accounts: 'home' };
    const step = await at.run(optional);
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'promoted',
      'home us-west-2': 'failed: UnauthorizedOperation',
    });
    expect(statusOf(step.result, step.promotion)).toBe('partial');
    expect(imagesIn(at.world, home, 'us-west-2')).toEqual([]);
  });

  it('is skipped where that is asked for: the others are promoted, and the step fails', async () => {
    const at = broken();
    const step = await at.run({ ...many, 'preflight-failures': 'skip-target' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'promoted',
      'home us-west-2': 'failed: UnauthorizedOperation',
      'prod eu-west-1': expect.stringContaining('failed'),
      'prod us-west-2': expect.stringContaining('failed'),
      'staging eu-west-1': 'promoted',
      'staging us-west-2': 'promoted',
    });
    expect(step.result.stopped).toBe(false);
    expect(statusOf(step.result, step.promotion)).toBe('failure');
    expect(writesIn(at.world).filter(({ account }) => account === prod)).toEqual([]);
    expect(sole(step.result.opened).accounts).toEqual([staging]);
  });

  it('to see the source after it was opened does not fail for the others', async () => {
    const at = scenario();
    onceAt(
      at.world,
      ({ action }) => action === 'ModifySnapshotAttribute',
      () =>
        at.world.faults.push({
          action: 'ec2:DescribeImages',
          account: prod,
          region: sourceRegion,
          hits: { kind: 'always' },
          effect: { kind: 'access-denied' },
        }),
    );
    const step = await at.run({ accounts: `prod=${prod}\nstaging=${staging}` });
    expect(toldByPlace(step)).toEqual({
      'prod eu-west-1': 'failed: UnauthorizedOperation',
      'staging eu-west-1': 'promoted',
    });
  });
});
