import { describe, expect, it } from '@jest/globals';
import { imagesIn } from '../../simulator/look.ts';
import { parsePromotion } from '../../src/inputs/promotion.ts';
import { Promoter } from '../../src/promotion/promote.ts';
import { withAws } from '../support/aws.ts';
import { home } from '../support/organization.ts';
import { inputs, job, runOf } from '../support/promotion.ts';
import { onceAt, told } from '../support/scenario.ts';
import { failing, two } from './rolling-back.ts';

describe('a step', () => {
  it('that is cancelled while it rolls back after a failure tells no image that goes as promoted', async () => {
    const at = failing({ faults: [{ action: 'ec2:DeregisterImage', do: 'delay', milliseconds: 30_000 }] });
    const parsed = parsePromotion(inputs({ ...two, 'poll-seconds': '10' }), {
      readFile: () => ({ problem: 'no' }),
      hasCredentials: false,
    });
    if (!parsed.ok) {
      throw new Error('inputs');
    }
    const cancel = new AbortController();
    let seen: string[] = [];
    await withAws(
      at,
      async (aws) => {
        const promoter = new Promoter(parsed.promotion, runOf(job), {
          aws,
          clock: at.time,
          signal: cancel.signal,
          reporter: {
            line: () => undefined,
            trace: () => undefined,
            beat: () => undefined,
            landed: () => undefined,
          },
          journal: { append: async () => undefined },
        });
        onceAt(
          at.world,
          (call) => call.action === 'DeregisterImage',
          () => {
            cancel.abort();
            promoter.cancelled().catch(() => undefined);
            // What main tells when its grace is over and AWS has not answered yet.
            seen = promoter.result().outcomes.map(told);
          },
        );
        await promoter.run().catch(() => undefined);
      },
      { signal: cancel.signal },
    );
    expect(imagesIn(at.world, home, 'eu-west-1').map(({ state }) => state)).toEqual(['deregistered']);
    expect(seen).not.toContain('promoted');
  });
});
