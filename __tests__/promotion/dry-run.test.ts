import { describe, expect, it } from '@jest/globals';
import { callsOf, trialsOf, writesIn } from '../../simulator/look.ts';
import type { CallRecord } from '../../simulator/record.ts';
import { consumer, prod, sourceId, staging } from '../support/organization.ts';
import { pull } from '../support/problems.ts';
import { failureOf, only, type Scenario, scenario, told } from '../support/scenario.ts';

/** What a request says, but for its token and that it is a trial. */
function request({ action, account, region, params }: CallRecord) {
  const { ClientToken: _token, DryRun: _trial, ...rest } = params;
  return { action, account, region, params: rest };
}

const writing = ['CopyImage', 'CreateTags', 'ModifyImageAttribute', 'ModifySnapshotAttribute'];

function trialsIn(at: Scenario): readonly CallRecord[] {
  return writing.flatMap((action) => trialsOf(at.world, action));
}

describe('a dry run', () => {
  it('is made of each write that is due, once, and is that same request', async () => {
    const at = scenario();
    await at.run({ accounts: `prod=${prod}\nstaging=${staging}`, regions: 'eu-west-1\nus-west-2' });
    const trials = trialsIn(at).map(request);
    expect(trials).toHaveLength(4 + 1 + 1 + 2);
    const writes = writesIn(at.world).map(request);
    expect(writes).toEqual(expect.arrayContaining(trials));
    expect(writes.slice(0, trials.length)).toEqual(expect.arrayContaining(trials));
    expect(trialsOf(at.world, 'DeleteTags').map(({ params }) => params.Resources)).toEqual([[sourceId]]);
    for (const { params } of trialsOf(at.world, 'CopyImage')) {
      expect(params).not.toHaveProperty('ClientToken');
    }
  });

  it('is made of what mends, and never of what is there', async () => {
    const at = scenario();
    await at.run();
    const before = trialsIn(at).length;
    await at.run({ 'share-with': consumer, tags: 'stage=prod' }, { runId: '1002' });
    expect(trialsIn(at)).toHaveLength(before + 2);
    await at.run({ 'share-with': consumer, tags: 'stage=prod' }, { runId: '1003' });
    expect(trialsIn(at)).toHaveLength(before + 2);
  });

  it.each(['permission', 'everything'])(
    'that cannot find what is not open yet is no failure (%s)',
    async (dryRun) => {
      const at = scenario({ switches: { 'dry-run': dryRun } });
      expect(told(only(await at.run(pull)))).toBe('promoted');
      const [trial] = trialsOf(at.world, 'CopyImage');
      expect(trial?.code).toBe(dryRun === 'permission' ? 'DryRunOperation' : 'InvalidAMIID.NotFound');
    },
  );

  it('that cannot find what it could see is a failure', async () => {
    const at = scenario({ switches: { 'dry-run': 'everything' } });
    at.world.faults.push({
      action: 'ec2:CopyImage/dry-run',
      hits: { kind: 'always' },
      effect: { kind: 'error', code: 'InvalidAMIID.NotFound', status: 400, message: 'no such image' },
    });
    expect(failureOf(await at.run())).toMatchObject({ code: 'InvalidAMIID.NotFound' });
    expect(writesIn(at.world)).toEqual([]);
  });

  it.each(['ResourceLimitExceeded', 'PendingSnapshotLimitExceeded'])(
    'that meets the limit of copies (%s) is no failure: the copy waits for its turn',
    async (code) => {
      const at = scenario({
        faults: [{ action: 'ec2:CopyImage/dry-run', do: 'error', code, message: 'full' }],
      });
      expect(told(only(await at.run()))).toBe('promoted');
    },
  );

  it('that meets a limit of permissions is a failure, which no waiting mends', async () => {
    const code = 'ResourceLimitExceeded';
    const at = scenario({
      faults: [{ action: 'ec2:ModifyImageAttribute/dry-run', do: 'error', code, message: 'full' }],
    });
    await at.run();
    expect(failureOf(await at.run({ 'share-with': consumer }, { runId: '1002' })).code).toBe(code);
    expect(callsOf(at.world, 'ModifyImageAttribute')).toEqual([]);
  });

  it('that is throttled is made again', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage/dry-run', times: 3, do: 'throttle' }] });
    expect(told(only(await at.run()))).toBe('promoted');
    expect(trialsOf(at.world, 'CopyImage').map(({ code }) => code)).toEqual([
      'RequestLimitExceeded',
      'RequestLimitExceeded',
      'RequestLimitExceeded',
      'DryRunOperation',
    ]);
  });
});
