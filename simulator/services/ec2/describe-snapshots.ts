import { DescribeSnapshots$, type DescribeSnapshotsRequest } from '@aws-sdk/client-ec2';
import type { Call } from '../../call.ts';
import { progressOf } from '../../copying.ts';
import { shown } from '../../lagging.ts';
import { operation } from '../../wire/operation.ts';
import type { SimulatedSnapshot, World } from '../../world.ts';
import { accountsOf, checkIds, notFound, permit, tagSet } from './common.ts';
import { type FilterTable, filterBy } from './filter.ts';
import { checkPaging, type Paging, pageOf } from './page.ts';
import { appearance, mayRestore } from './visibility.ts';

/**
 * DescribeSnapshots. AWS: an id that the caller may not restore from is InvalidSnapshot.NotFound, as if it never
 * existed; without ids such snapshots are left out.
 */
export const describeSnapshots = operation(DescribeSnapshots$, {
  service: 'ec2',
  mutating: false,
  accepts: ['SnapshotIds', 'OwnerIds', 'RestorableByUserIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun'],
  run: (call, input: DescribeSnapshotsRequest) => {
    const { MaxResults, NextToken, ...question } = input;
    const ids = input.SnapshotIds;
    const paging: Paging = {
      maxResults: MaxResults,
      nextToken: NextToken,
      byIds: ids !== undefined,
      question,
    };
    checkPaging(paging);
    checkIds(ids ?? [], 'snap');
    const viewer = call.caller.account;
    const owners = input.OwnerIds === undefined ? undefined : accountsOf(input.OwnerIds, viewer);
    const matches = filterBy(input.Filters, filters, tagsOf);
    permit(call, input, [{ action: 'ec2:DescribeSnapshots', resource: '*' }]);
    const candidates = (ids === undefined ? readable(call) : snapshotsById(call, ids)).filter(
      (snapshot) =>
        (owners === undefined || owners.includes(snapshot.account)) &&
        restorableBy(call, snapshot, input.RestorableByUserIds),
    );
    const { items, nextToken } = pageOf(candidates, paging);
    return {
      Snapshots: items.map((snapshot) => snapshotView(call.world, snapshot, viewer)).filter(matches),
      NextToken: nextToken,
    };
  },
});

function readable(call: Call): readonly SimulatedSnapshot[] {
  const { world, region } = call;
  const now = world.clock.now();
  return [...world.snapshots.values()]
    .filter(
      (snapshot) =>
        snapshot.region === region &&
        snapshot.hiddenUntil <= now &&
        mayRestore(world, snapshot, call.caller.account),
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function snapshotsById(call: Call, ids: readonly string[]): readonly SimulatedSnapshot[] {
  const found = readable(call).filter((snapshot) => ids.includes(snapshot.id));
  const now = call.world.clock.now();
  for (const id of ids) {
    const snapshot = call.world.snapshots.get(id);
    const here = snapshot !== undefined && snapshot.region === call.region;
    const mine = here && mayRestore(call.world, snapshot, call.caller.account);
    if (!mine || appearance(snapshot, snapshot.started, now) === 'not-found') {
      throw notFound([id], 'snap');
    }
  }
  return found;
}

function restorableBy(
  call: Call,
  snapshot: SimulatedSnapshot,
  users: readonly string[] | undefined,
): boolean {
  const permissions = shown(snapshot.createVolumePermissions, call.world.clock.now());
  return (
    users === undefined ||
    users.some((user) => permissions.includes(user === 'self' ? call.caller.account : user))
  );
}

type SnapshotView = ReturnType<typeof snapshotView>;

/**
 * A snapshot as DescribeSnapshots shows it. AWS: while a copy is pending its size is 0 and its key what was asked
 * for (the alias of the default key); size, key ARN, completion time come at the end.
 */
export function snapshotView(world: World, snapshot: SimulatedSnapshot, viewer: string) {
  const pending = snapshot.state === 'pending';
  const completed = snapshot.state === 'completed';
  return {
    SnapshotId: snapshot.id,
    OwnerId: snapshot.account,
    State: snapshot.state,
    StateMessage: snapshot.statusMessage,
    Progress: `${progressOf(world, snapshot)}%`,
    StartTime: new Date(snapshot.started),
    CompletionTime: snapshot.completed === undefined ? undefined : new Date(snapshot.completed),
    Description: snapshot.description,
    VolumeId: 'vol-ffffffff',
    VolumeSize: completed ? snapshot.sizeGiB : 0,
    FullSnapshotSizeInBytes: completed ? Math.round(snapshot.fullSizeGiB * 1024 ** 3) : undefined,
    TransferType: snapshot.transfer?.type,
    CompletionDurationMinutes:
      snapshot.transfer?.type === 'time-based' ? snapshot.transfer.minutes : undefined,
    Encrypted: snapshot.key !== undefined,
    KmsKeyId: pending ? snapshot.pendingKey : snapshot.key,
    StorageTier: 'standard',
    Tags: snapshot.account === viewer ? tagSet(snapshot.tags) : undefined,
  };
}

function tagsOf(view: SnapshotView): ReadonlyMap<string, string> {
  return new Map((view.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
}

const filters: FilterTable<SnapshotView> = {
  description: (view) => [view.Description],
  encrypted: (view) => [String(view.Encrypted)],
  'owner-id': (view) => [view.OwnerId],
  progress: (view) => [view.Progress],
  'snapshot-id': (view) => [view.SnapshotId],
  'start-time': (view) => [view.StartTime.toISOString()],
  status: (view) => [view.State],
  'storage-tier': (view) => [view.StorageTier],
  'volume-id': (view) => [view.VolumeId],
  'volume-size': (view) => [String(view.VolumeSize)],
};
