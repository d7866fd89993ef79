import { describe, expect, it } from '@jest/globals';
import { callsOf, liveImagesIn } from '../../simulator/look.ts';
import { home, organization } from '../support/organization.ts';
import { inputs, promoteInProcess } from '../support/promotion.ts';
import { VirtualTime } from '../support/virtual-time.ts';

describe('a push', () => {
  it('copies into a Region once, and a second run writes nothing', async () => {
    const time = new VirtualTime();
    const world = organization({ copying: { seconds: 600 } }, time);
    const first = await promoteInProcess(world, inputs(), time);
    expect(first.failure).toBeUndefined();
    expect(first.result.outcomes).toMatchObject([{ state: 'promoted', how: 'copied' }]);
    const writes = world.record.filter((call) => call.mutating).length;
    const second = await promoteInProcess(world, inputs(), time, { job: { runId: '1002' } });
    expect(second.result.outcomes).toMatchObject([{ state: 'unchanged' }]);
    expect(world.record.filter((call) => call.mutating)).toHaveLength(writes);
    expect(liveImagesIn(world, home, 'eu-west-1')).toHaveLength(1);
    expect(callsOf(world, 'CopyImage')).toHaveLength(1);
    expect(world.complaints).toEqual([]);
  });
});
