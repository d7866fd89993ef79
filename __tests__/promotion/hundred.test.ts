import { describe, expect, it } from '@jest/globals';
import { isVerified } from '../../src/model/outcome.ts';
import { consumer, home, keyIdOf, prod, sourceRegion, staging, unitArn } from '../support/organization.ts';
import type { Inputs } from '../support/promotion.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

/** A hundred targets that are all done, and what it takes to find that out. */
const images = Array.from({ length: 25 }, (_, index) => String(index + 1).padStart(2, '0'));
const snapshotsEach = 2;
const regions = ['us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2'];
const mostReads = 5;

const push: Inputs = {
  source: images.map((number) => `web-${number}=${imageId(number)}`).join('\n'),
  accounts: 'home',
  regions: regions.join('\n'),
  tags: 'stage=production',
  'share-with': unitArn,
};
const pull: Inputs = {
  ...push,
  accounts: `prod=${prod}\nstaging=${staging}`,
  regions: regions.slice(0, 2).join('\n'),
  'kms-key': 'ebs-default',
  'share-with': 'none',
};

describe('a promotion of a hundred targets that is run again', () => {
  it.each([
    { what: 'a push', given: push, snapshots: 0 },
    { what: 'a pull into two accounts', given: pull, snapshots: 0 },
    {
      what: 'a push that shares its snapshots',
      given: { ...push, 'share-with': consumer, 'share-snapshots': 'true' },
      snapshots: snapshotsEach,
    },
    {
      what: 'a push that shares exactly with whom it names, snapshots too',
      given: { ...push, 'share-with': consumer, 'share-snapshots': 'true', sharing: 'exact' },
      snapshots: snapshotsEach,
    },
  ])('writes nothing, and reads little: $what', async ({ given, snapshots }) => {
    const at = manyImages();
    const first = await at.run(given, { runId: '1' });
    expect(first.failure).toBeUndefined();
    expect(first.result.outcomes.map(({ state }) => state)).toEqual(Array(100).fill('promoted'));
    await at.pass(3600);
    const before = at.world.record.length;
    const again = await at.run(given, { runId: '2' });
    expect(again.result.outcomes.filter((outcome) => isVerified(outcome))).toHaveLength(100);
    expect(new Set(again.result.outcomes.map(({ state }) => state))).toEqual(new Set(['unchanged']));
    const calls = at.world.record.slice(before).filter(({ onBehalfOf }) => onBehalfOf === undefined);
    expect(calls.filter(({ mutating }) => mutating)).toEqual([]);
    expect(calls.every(({ params }) => params.DryRun !== true)).toBe(true);
    expect(calls.length).toBeLessThanOrEqual(100 * (mostReads + snapshots));
    expect(again.journal).toEqual([]);
  });
});

/** The scenario with 25 source images of two encrypted snapshots each. */
function manyImages(): Scenario {
  const place = { account: home, region: sourceRegion };
  return scenario({
    copying: { seconds: 60 },
    roles: {
      [home]: { policies: ['../iam/home-policy.json', '../iam/share-snapshots-policy.json'] },
    },
    snapshots: images.flatMap((number) =>
      snapshotIds(number).map((id) => ({ id, ...place, 'size-gib': 8, key: keyIdOf(home, sourceRegion) })),
    ),
    images: images.map((number) => ({
      id: imageId(number),
      ...place,
      name: `web-${number}`,
      'root-device': '/dev/xvda',
      devices: snapshotIds(number).map((snapshot, index) => ({
        name: index === 0 ? '/dev/xvda' : '/dev/sdf',
        snapshot,
      })),
    })),
  });
}

function imageId(number: string): string {
  return `ami-0beef0000000000${number}`;
}

function snapshotIds(number: string): readonly string[] {
  return Array.from({ length: snapshotsEach }, (_, index) => `snap-0beef0000000${index}00${number}`);
}
