import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import { consumer, home, organizationArn, prod, sourceSnapshots, staging } from '../support/organization.ts';
import { failureOf, only, scenario, sole, told } from '../support/scenario.ts';

const ownerSharing = ['../iam/owner-policy.json', '../iam/share-snapshots-policy.json'];
const homeSharing = ['../iam/home-policy.json', '../iam/share-snapshots-policy.json'];
const given = { 'share-with': `${consumer}\n${organizationArn}\n${staging}`, 'share-snapshots': 'true' };

function holders(at: ReturnType<typeof scenario>, account = home) {
  return snapshotsIn(at.world, account, 'eu-west-1').map(({ createVolumePermissions }) =>
    [...createVolumePermissions.current].sort(),
  );
}

describe('share-snapshots', () => {
  it.each([
    [home, 'home'],
    [prod, `prod=${prod}`],
  ])(
    'lets the accounts among the consumers read each snapshot, and nobody else (%s)',
    async (owner, accounts) => {
      const at = scenario({
        roles: { [home]: { policies: homeSharing }, [prod]: { policies: ownerSharing } },
      });
      expect(told(only(await at.run({ ...given, accounts })))).toBe('promoted');
      expect(holders(at, owner)).toEqual([
        [staging, consumer],
        [staging, consumer],
      ]);
      expect(sole(imagesIn(at.world, owner, 'eu-west-1')).launchPermissions.current).toHaveLength(3);
    },
  );

  it('adds what is missing, and only that', async () => {
    const at = scenario({ roles: { [home]: { policies: homeSharing } } });
    await at.run({ ...given, 'share-with': consumer });
    const [first] = snapshotsIn(at.world, home, 'eu-west-1');
    if (first !== undefined) {
      first.createVolumePermissions = { current: [], past: [] };
    }
    const before = writesIn(at.world).length;
    const step = await at.run({ ...given, 'share-with': consumer }, { runId: '1002' });
    expect(only(step)).toMatchObject({ state: 'promoted', how: 'mended' });
    expect(writesIn(at.world).slice(before)).toMatchObject([
      { action: 'ModifySnapshotAttribute', params: { SnapshotId: first?.id } },
    ]);
    expect(told(only(await at.run({ ...given, 'share-with': consumer }, { runId: '1003' })))).toBe(
      'unchanged',
    );
  });

  it('goes in portions of 500 accounts', async () => {
    const consumers = Array.from({ length: 620 }, (_, index) => String(200_000_000_000 + index));
    const at = scenario({ roles: { [home]: { policies: homeSharing } } });
    const step = await at.run({ ...given, 'share-with': consumers.join('\n') });
    expect(told(only(step))).toBe('promoted');
    expect(holders(at)).toEqual(sourceSnapshots.map(() => consumers));
    expect(callsOf(at.world, 'ModifySnapshotAttribute')).toHaveLength(4);
    expect(callsOf(at.world, 'ModifyImageAttribute')).toHaveLength(2);
  });

  it('is not asked about where it is not wanted', async () => {
    const at = scenario();
    await at.run({ 'share-with': consumer });
    await at.run({ 'share-with': consumer }, { runId: '1002' });
    expect(callsOf(at.world, 'DescribeSnapshotAttribute')).toEqual([]);
    expect(holders(at)).toEqual([[], []]);
  });

  it('without the permission for it is found at the copy that is there', async () => {
    const at = scenario();
    await at.run({ 'share-with': consumer });
    const before = writesIn(at.world).length;
    const step = await at.run({ ...given, 'share-with': consumer }, { runId: '1002' });
    expect(failureOf(step)).toMatchObject({
      code: 'UnauthorizedOperation',
      action: 'ec2:ModifySnapshotAttribute',
    });
    expect(writesIn(at.world)).toHaveLength(before);
  });
});
