import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, snapshotsIn, trialsOf, writesIn } from '../../simulator/look.ts';
import { snapshotIdsOf } from '../../simulator/services/ec2/image-snapshots.ts';
import type { Write } from '../../src/model/difference.ts';
import { Failed } from '../../src/model/failure.ts';
import type { Performed } from '../../src/model/journal.ts';
import { ownTags } from '../../src/model/tags.ts';
import { withAws } from '../support/aws.ts';
import { deny } from '../support/denials.ts';
import { consumer, home, sourceId, sourceRegion } from '../support/organization.ts';
import { idOf, imageFile, type Scenario, scenario } from '../support/scenario.ts';

const place = { account: home, region: 'eu-west-1' };
const own = { [ownTags.source]: `${home}/${sourceRegion}/${sourceId}` };
const deregister: Write = { kind: 'deregister-image', place, imageId: idOf('a') };
const policies = [
  '../iam/home-policy.json',
  '../iam/rollback-policy.json',
  '../iam/share-snapshots-policy.json',
];

/** A world with a copy of ours, its snapshots tagged like it. */
function scene(changes: Parameters<typeof scenario>[0] = {}): Scenario {
  const files = imageFile(place, { tags: own, 'launch-permissions': [consumer] });
  const snapshots = files.snapshots.map((snapshot) => ({ ...snapshot, tags: own }));
  return scenario({ ...files, snapshots, roles: { [home]: { policies } }, ...changes });
}

function perform(at: Scenario, write: Write): Promise<Performed> {
  return withAws(at, async (aws) => (await aws.perform(write)).result);
}

/** What a write is refused with. */
async function refusal(at: Scenario, write: Write): Promise<string> {
  try {
    await perform(at, write);
    return 'none';
  } catch (error) {
    return error instanceof Failed ? `${error.failure.action} ${error.failure.code}` : 'a defect';
  }
}

function snapshotIds(at: Scenario): readonly string[] {
  return snapshotsIn(at.world, home, 'eu-west-1').map(({ id }) => id);
}

describe('deregistering an image', () => {
  it('takes its snapshots along, and says which', async () => {
    const at = scene();
    const ids = snapshotIds(at);
    expect(await perform(at, deregister)).toEqual({ imageId: null, deleted: ids });
    expect(at.world.images.get(idOf('a'))?.state).toBe('deregistered');
    expect(snapshotIds(at)).toEqual([]);
    expect(callsOf(at.world, 'DeregisterImage')).toMatchObject([
      { params: { DeleteAssociatedSnapshots: true } },
    ]);
  });

  it('does without where AWS does not know that parameter: the snapshots stay', async () => {
    const at = scene({ switches: { 'delete-associated-snapshots': 'refused' } });
    const ids = snapshotIds(at);
    expect(await perform(at, deregister)).toEqual({ imageId: null, deleted: [] });
    expect(at.world.images.get(idOf('a'))?.state).toBe('deregistered');
    expect(snapshotIds(at)).toEqual(ids);
  });

  it('does not count a snapshot that stayed: the image goes all the same', async () => {
    const fault = { action: 'ec2:DeregisterImage/snapshot', nth: 1, do: 'server-error' };
    const at = scene({ faults: [fault] });
    const ids = snapshotIds(at);
    const { deleted } = await perform(at, deregister);
    expect(deleted).toHaveLength(1);
    expect(snapshotIds(at)).toEqual(ids.filter((id) => !deleted.includes(id)));
    expect(at.world.images.get(idOf('a'))?.state).toBe('deregistered');
  });

  it('cancels a copy that is on its way', async () => {
    const at = scene({ copying: { seconds: 600 } });
    await at.run({ regions: 'us-west-2', 'wait-minutes': '0' });
    const [copy] = imagesIn(at.world, home, 'us-west-2');
    const there = { account: home, region: 'us-west-2' };
    await perform(at, { kind: 'deregister-image', place: there, imageId: copy?.id ?? '' });
    await at.pass(1200);
    expect(imagesIn(at.world, home, 'us-west-2').map(({ state }) => state)).toEqual(['deregistered']);
  });

  it('is refused where the image is protected, where it is not ours, and where there is none', async () => {
    const at = scene();
    const image = at.world.images.get(idOf('a'));
    if (image !== undefined) {
      image.deregistrationProtection = 'enabled-with-cooldown';
    }
    expect(await refusal(at, deregister)).toBe('ec2:DeregisterImage OperationNotPermitted');
    image?.tags.delete(ownTags.source);
    expect(await refusal(at, deregister)).toBe('ec2:DeregisterImage UnauthorizedOperation');
    expect(image?.state).toBe('available');
  });

  it('is never the source: the policy lets only go what carries our tag', async () => {
    const at = scene();
    const source = { account: home, region: sourceRegion };
    expect(await refusal(at, { kind: 'deregister-image', place: source, imageId: sourceId })).toBe(
      'ec2:DeregisterImage UnauthorizedOperation',
    );
    expect(at.world.images.get(sourceId)?.state).toBe('available');
  });

  it('whose answer was lost is asked again, and then it is gone', async () => {
    const at = scene({ faults: [{ action: 'ec2:DeregisterImage', nth: 1, do: 'reset-after' }] });
    expect(await refusal(at, deregister)).toMatch(/InvalidAMIID\.(Unavailable|NotFound)$/);
    expect(callsOf(at.world, 'DeregisterImage')).toHaveLength(2);
  });

  it('can be tried out: nothing changes, with or without the parameter', async () => {
    for (const supported of ['supported', 'refused']) {
      const at = scene({ switches: { 'delete-associated-snapshots': supported } });
      await withAws(at, (aws) => aws.rehearse(deregister));
      expect(writesIn(at.world)).toEqual([]);
      expect(trialsOf(at.world, 'DeregisterImage').at(-1)?.code).toBe('DryRunOperation');
      expect(snapshotIds(at)).toHaveLength(2);
    }
  });

  it('that is denied is so in its trial', async () => {
    const at = scene();
    deny(at.world, 'a policy of the role', home, 'ec2:DeregisterImage');
    await expect(withAws(at, (aws) => aws.rehearse(deregister))).rejects.toThrow('UnauthorizedOperation');
  });
});

describe('deleting a snapshot', () => {
  it('is refused while an image uses it', async () => {
    const at = scene();
    const [snapshotId = ''] = snapshotIds(at);
    expect(await refusal(at, { kind: 'delete-snapshot', place, snapshotId })).toBe(
      'ec2:DeleteSnapshot InvalidSnapshot.InUse',
    );
  });

  it('waits, within the patience that it is given, for the image to let go of it', async () => {
    const at = scene({
      switches: { 'delete-associated-snapshots': 'refused', 'in-use-lag-seconds': 30 },
    });
    const [snapshotId = ''] = snapshotIds(at);
    await perform(at, deregister);
    const started = at.time.now();
    const patience = { deniedUntil: 0, staleUntil: started + 60_000 };
    await withAws(at, (aws) => aws.perform({ kind: 'delete-snapshot', place, snapshotId }, patience));
    expect(snapshotIds(at)).not.toContain(snapshotId);
    expect(at.time.now() - started).toBeGreaterThanOrEqual(30_000);
    const image = at.world.images.get(idOf('a'));
    expect(image === undefined ? [] : snapshotIdsOf(image.devices)).toContain(snapshotId);
  });
});

describe('taking tags off', () => {
  it('takes each only while it has the value that is named', async () => {
    const at = scene();
    const image = at.world.images.get(idOf('a'));
    image?.tags.set('stage', 'prod');
    image?.tags.set('team', 'others');
    await perform(at, {
      kind: 'remove-tags',
      place,
      resourceIds: [idOf('a')],
      tags: { stage: 'prod', team: 'images', absent: 'x' },
    });
    expect(Object.fromEntries(image?.tags ?? [])).toEqual({ ...own, team: 'others' });
  });

  it('is one call for several resources', async () => {
    const at = scene();
    const ids = snapshotIds(at);
    await perform(at, { kind: 'remove-tags', place, resourceIds: ids, tags: own });
    expect(callsOf(at.world, 'DeleteTags')).toHaveLength(1);
    expect(snapshotsIn(at.world, home, 'eu-west-1').map(({ tags }) => tags.size)).toEqual([0, 0]);
  });
});

describe('taking permissions away', () => {
  it('is done for accounts, organizations, units and everyone in one call', async () => {
    const at = scene();
    await perform(at, {
      kind: 'unshare-image',
      place,
      imageId: idOf('a'),
      remove: [
        { kind: 'account', id: consumer },
        { kind: 'organization', id: `arn:aws:organizations::${home}:organization/o-exampleorg1` },
        {
          kind: 'organizational-unit',
          id: `arn:aws:organizations::${home}:ou/o-exampleorg1/ou-ab12-workloads`,
        },
        { kind: 'everyone', id: 'all' },
      ],
    });
    expect(at.world.images.get(idOf('a'))?.launchPermissions.current).toEqual([]);
    expect(callsOf(at.world, 'ModifyImageAttribute')).toHaveLength(1);
  });

  it('takes accounts and everyone from a snapshot', async () => {
    const at = scene();
    const [snapshot] = snapshotsIn(at.world, home, 'eu-west-1');
    if (snapshot === undefined) {
      throw new Error('the image has no snapshot');
    }
    snapshot.createVolumePermissions = { current: [consumer, 'all'], past: [] };
    await perform(at, {
      kind: 'unshare-snapshot',
      place,
      snapshotId: snapshot.id,
      remove: [consumer, 'all'],
    });
    expect(snapshot.createVolumePermissions.current).toEqual([]);
    expect(callsOf(at.world, 'ModifySnapshotAttribute')).toMatchObject([
      { params: { CreateVolumePermission: { Remove: [{ UserId: consumer }, { Group: 'all' }] } } },
    ]);
  });

  it('twice does no harm, nor where there is none', async () => {
    const at = scene();
    const write: Write = {
      kind: 'unshare-image',
      place,
      imageId: idOf('a'),
      remove: [{ kind: 'account', id: consumer }],
    };
    await perform(at, write);
    expect(await refusal(at, write)).toBe('none');
  });
});
