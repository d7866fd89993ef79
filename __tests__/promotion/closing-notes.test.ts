import { describe, expect, it } from '@jest/globals';
import { writesIn } from '../../simulator/look.ts';
import { planText } from '../../src/report/plan.ts';
import { deny } from '../support/denials.ts';
import { home, prod, staging } from '../support/organization.ts';
import { only, scenario, told } from '../support/scenario.ts';
import { everyPart, future, leaveOpen, nobody, notes, openTo, past, pull, slow } from './opened-source.ts';

describe('the note of a run that died', () => {
  it('is closed by the next run once its deadline is over, with its accounts', async () => {
    const at = scenario();
    leaveOpen(at, staging, past);
    await at.run(pull);
    expect(openTo(at.world)).toEqual(nobody);
    expect(notes(at.world)).toEqual([]);
  });

  it('is closed by a run that only pushes', async () => {
    const at = scenario();
    leaveOpen(at, staging, past);
    const step = await at.run();
    expect(told(only(step))).toBe('promoted');
    expect(openTo(at.world)).toEqual(nobody);
    expect(notes(at.world)).toEqual([]);
  });

  it('is closed by a run that has nothing else to do', async () => {
    const at = scenario();
    await at.run();
    leaveOpen(at, staging, past);
    expect(told(only(await at.run({}, { runId: '1002' })))).toBe('unchanged');
    expect(openTo(at.world)).toEqual(nobody);
    const before = writesIn(at.world).length;
    await at.run({}, { runId: '1003' });
    expect(writesIn(at.world)).toHaveLength(before);
  });

  it('is left alone before its deadline', async () => {
    const at = scenario();
    leaveOpen(at, staging, future);
    await at.run();
    expect(openTo(at.world)).toEqual(everyPart(staging));
    expect(notes(at.world)).toHaveLength(1);
  });

  it('is left alone by a plan, and by a run that is held to one', async () => {
    const at = scenario();
    leaveOpen(at, staging, past);
    const { result } = await at.run({ mode: 'plan' });
    const files = { 'plan.json': result.plan === undefined ? '' : planText(result.plan) };
    await at.run({ 'approved-plan': 'plan.json' }, { runId: '1002', files });
    expect(openTo(at.world)).toEqual(everyPart(staging));
  });

  it('is the own one, of a process that died: the next run has closed it when its deadline is over', async () => {
    const at = scenario(slow);
    const death = new AbortController();
    const before = at.world.onCall;
    at.world.onCall = (call) => {
      before?.(call);
      if (call.action === 'CopyImage' && call.params.DryRun !== true) {
        death.abort();
      }
    };
    await at.run(pull, { signal: death.signal });
    expect(openTo(at.world)).toEqual(everyPart(prod));
    await at.run(pull, { runId: '1002' });
    expect(openTo(at.world)).toEqual(everyPart(prod));
    await at.pass(3 * 86_400);
    expect(told(only(await at.run(pull, { runId: '1003' })))).toBe('unchanged');
    expect(openTo(at.world)).toEqual(nobody);
    expect(notes(at.world)).toEqual([]);
  });
});

describe('what cannot be closed', () => {
  it.each(['ec2:DeleteTags', 'ec2:ModifyImageAttribute', 'ec2:ModifySnapshotAttribute', 'ec2:CreateTags'])(
    'for want of %s fails no target, and is told with its reason',
    async (action) => {
      const at = scenario(slow);
      let copied = false;
      at.world.onCall = (call) => {
        if (!copied && call.action === 'CopyImage' && call.params.DryRun !== true) {
          copied = true;
          deny(at.world, 'a policy of the role', home, action);
        }
      };
      const step = await at.run(pull);
      expect(told(only(step))).toBe('promoted');
      expect(step.result.opened).toMatchObject([
        { state: 'open', accounts: [prod], failure: { code: 'UnauthorizedOperation', action } },
      ]);
    },
  );

  it('is what the next run closes, without waiting for the deadline, where the note could be rewritten', async () => {
    const at = scenario(slow);
    const role = at.world.accounts.get(home)?.roles.get('ami-promotion');
    const policies = role?.policies ?? [];
    let copied = false;
    at.world.onCall = (call) => {
      if (!copied && call.action === 'CopyImage' && call.params.DryRun !== true) {
        copied = true;
        deny(at.world, 'a policy of the role', home, 'ec2:ModifyImageAttribute');
      }
    };
    await at.run(pull);
    expect(openTo(at.world)[0]).toEqual([prod]);
    if (role !== undefined) {
      role.policies = policies;
    }
    await at.run({}, { runId: '1002' });
    expect(openTo(at.world)).toEqual(nobody);
    expect(notes(at.world)).toEqual([]);
  });
});
