import { describe, expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import { Failed, type Failure } from '../../src/model/failure.ts';
import { onceAt, scenario, toldByPlace } from '../support/scenario.ts';

/** A step that is cancelled once its copy was asked for. */
function cancelled() {
  const at = scenario({ copying: { seconds: 600 } });
  const cancel = new AbortController();
  onceAt(
    at.world,
    ({ action }) => action === 'CopyImage',
    () => cancel.abort(),
  );
  return { at, signal: cancel.signal };
}

const full: Failure = {
  where: '',
  action: 'journal',
  code: 'JournalNotWritten',
  requestId: undefined,
  kind: 'permanent',
  meaning: 'The disk is full.',
  cure: 'Make room.',
};

describe('a step that is cancelled', () => {
  it('has that on the disk before it ends, however slow the disk is', async () => {
    const { at, signal } = cancelled();
    const step = await at.run(
      {},
      { signal, onAppend: () => at.time.sleep(1_500, new AbortController().signal) },
    );
    expect(step.journal.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['intent', 'cancelled']));
    expect(step.result).toMatchObject({ interrupted: true, failures: [] });
  });

  it('is over when its grace is, though AWS never answers', async () => {
    const at = scenario({
      faults: [{ action: 'ec2:CopyImage', do: 'delay', milliseconds: 30_000 }],
    });
    const cancel = new AbortController();
    onceAt(
      at.world,
      ({ action }) => action === 'CopyImage',
      () => cancel.abort(),
    );
    const [began, step] = [at.time.now(), await at.run({}, { signal: cancel.signal })];
    expect(at.time.now() - began).toBeLessThan(10_000);
    expect(toldByPlace(step)).toEqual({ 'home eu-west-1': 'pending: Interrupted' });
  });

  it('before its first write has noted that too, if there is anything to note', async () => {
    const at = scenario({ copying: { seconds: 600 } });
    const cancel = new AbortController();
    at.world.onCall = ({ action, params }) => {
      if (action === 'CopyImage' && params.DryRun === true) {
        cancel.abort();
      }
    };
    const { journal } = await at.run({}, { signal: cancel.signal });
    expect(callsOf(at.world, 'CopyImage')).toEqual([]);
    const phases = journal.map(({ phase }) => phase);
    expect(phases.includes('cancelled')).toBe(phases.length > 0);
  });

  it('says so where that cannot be noted, and tells its targets all the same', async () => {
    const { at, signal } = cancelled();
    const onAppend = async ({ phase }: { readonly phase: string }) => {
      if (phase === 'cancelled') {
        throw new Failed(full);
      }
    };
    const step = await at.run({}, { signal, onAppend });
    expect(step.result.failures).toEqual([full]);
    expect(step.result.outcomes).toHaveLength(1);
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });
});

describe('a write whose failure cannot be noted', () => {
  it("tells both, AWS's first", async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', do: 'error', code: 'InvalidRequest' }] });
    const onAppend = async ({ phase }: { readonly phase: string }) => {
      if (phase === 'failed') {
        throw new Failed(full);
      }
    };
    const step = await at.run({}, { onAppend });
    expect(step.result.outcomes).toMatchObject([
      { state: 'failed', failure: { code: 'InvalidRequest' }, others: [full] },
    ]);
  });
});
