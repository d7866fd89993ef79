import type { Rate } from './settings.ts';
import type { World } from './world.ts';

/**
 * AWS's table for EC2 (one bucket per account, Region and action): what is not named here is a read, which holds
 * 100 and fills with 20 a second.
 */
const rates: Readonly<Record<string, Rate>> = {
  CopyImage: { burst: 100, perSecond: 1 },
  ModifyImageAttribute: { burst: 100, perSecond: 5 },
  ModifySnapshotAttribute: { burst: 100, perSecond: 5 },
  DeregisterImage: { burst: 100, perSecond: 5 },
  DeleteSnapshot: { burst: 100, perSecond: 5 },
  CreateTags: { burst: 100, perSecond: 10 },
  DeleteTags: { burst: 100, perSecond: 10 },
  RunInstances: { burst: 5, perSecond: 2 },
};
const reads: Rate = { burst: 100, perSecond: 20 };
/** AWS: DescribeSnapshots with neither a filter nor MaxResults; ids alone count as neither (the strict reading). */
const unfilteredSnapshots: Rate = { burst: 50, perSecond: 10 };

/** Takes one token for an EC2 call; false when the bucket is empty and AWS would say RequestLimitExceeded. */
export function takeToken(
  world: World,
  account: string,
  region: string,
  action: string,
  params: Readonly<Record<string, unknown>>,
): boolean {
  const rate = world.quotas.rates.get(action) ?? rateOf(action, params);
  const now = world.clock.now();
  const name = `${account}/${region}/${action}/${rate.burst}`;
  const bucket = world.buckets.get(name) ?? { tokens: rate.burst, at: now };
  const filled = bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate.perSecond;
  const tokens = Math.min(rate.burst, filled);
  const taken = tokens >= 1;
  world.buckets.set(name, { tokens: taken ? tokens - 1 : tokens, at: now });
  return taken;
}

function rateOf(action: string, params: Readonly<Record<string, unknown>>): Rate {
  if (action === 'DescribeSnapshots' && params.Filters === undefined && params.MaxResults === undefined) {
    return unfilteredSnapshots;
  }
  return rates[action] ?? reads;
}
