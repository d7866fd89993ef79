import type { Call } from '../../call.ts';
import { scheduleOf } from '../../copying.ts';
import { lagging } from '../../lagging.ts';
import { newId } from '../../random.ts';
import type { CopyJob, SimulatedImage, SimulatedSnapshot } from '../../world.ts';
import type { TargetKey } from './copy-keys.ts';
import type { CopyRequest } from './copy-request.ts';
import type { CopySource } from './copy-source.ts';
import { changedAttributes, changedDevice, isLost } from './not-copied.ts';

export interface CopyPlan {
  readonly request: CopyRequest;
  readonly source: CopySource;
  /** One for each snapshot of the source. */
  readonly targets: readonly TargetKey[];
  /** Whether the keys can be used: if not, the copy fails. */
  readonly usable: boolean;
  readonly imageTags: ReadonlyMap<string, string>;
  /** What it takes of the quota of time-based copies. */
  readonly mibPerSecond: number;
}

/**
 * Makes the pending image and its snapshots and puts the work into the world's list. AWS: tags are there at once;
 * launch and create-volume permissions are never copied, nor are the tags of snapshots; watermarks always are.
 */
export function startCopy(call: Call, plan: CopyPlan): SimulatedImage {
  const { world, region, caller } = call;
  const { request, source } = plan;
  const now = world.clock.now();
  const id = newId(world.random, 'ami');
  const failure = failureOf(call, plan);
  const sizes = source.snapshots.map((snapshot) => snapshot.sizeGiB);
  const schedule = scheduleOf(world.copying, region, sizes, now, failure !== undefined);
  const never = world.switches.copyNeverAppears;
  const hiddenUntil = never ? Number.POSITIVE_INFINITY : now + world.switches.visibilityLagSeconds * 1000;
  const snapshots = source.snapshots.map((from, index) =>
    newSnapshot(call, { from, target: plan.targets[index], imageId: id, hiddenUntil, plan }),
  );
  const twins = new Map(source.snapshots.map((from, index) => [from.id, snapshots[index]]));
  const { notCopied } = world.switches;
  const image: SimulatedImage = {
    id,
    account: caller.account,
    region,
    name: request.name,
    description: request.description,
    state: 'pending',
    stateReason: undefined,
    created: now,
    hiddenUntil,
    attributes: changedAttributes(source.image.attributes, notCopied),
    devices: source.image.devices
      .filter((device) => !isLost(device, notCopied))
      .map((device) => {
        const twin = device.kind === 'volume' ? twins.get(device.snapshotId) : undefined;
        const own =
          twin === undefined || device.kind !== 'volume' ? device : { ...device, snapshotId: twin.id };
        return changedDevice(own, notCopied);
      }),
    tags: new Map(plan.imageTags),
    launchPermissions: lagging([]),
    lineage:
      world.switches.lineage === 'absent'
        ? undefined
        : { imageId: request.sourceImageId, region: request.sourceRegion },
    productCodes: source.image.productCodes,
    billed: source.image.billed,
    deprecated: undefined,
    deregistrationProtection: 'disabled',
    deregistered: undefined,
    watermarks: source.image.watermarks,
  };
  world.images.set(id, image);
  for (const snapshot of snapshots) {
    world.snapshots.set(snapshot.id, snapshot);
  }
  world.copies.push({
    imageId: id,
    account: caller.account,
    region,
    started: now,
    ends: schedule.image,
    snapshots: snapshots.map((snapshot, index) => ({
      id: snapshot.id,
      ends: schedule.snapshots[index] ?? schedule.image,
    })),
    failure,
    sourceRegion: request.sourceRegion,
    mibPerSecond: plan.mibPerSecond,
  });
  return image;
}

/** AWS: bad keys and inner trouble look alike on the image; only the snapshots tell of the key. */
function failureOf(call: Call, plan: CopyPlan): CopyJob['failure'] {
  if (!plan.usable) {
    return {
      code: 'Client.InternalError',
      message: 'Copy image failed with an internal error',
      statusMessage: 'Given key ID is not accessible',
    };
  }
  const reason = call.copyWillFail;
  return reason === undefined
    ? undefined
    : { code: 'Server.InternalError', message: reason, statusMessage: reason };
}

function newSnapshot(
  call: Call,
  from: {
    readonly from: SimulatedSnapshot;
    readonly target: TargetKey | undefined;
    readonly imageId: string;
    readonly hiddenUntil: number;
    readonly plan: CopyPlan;
  },
): SimulatedSnapshot {
  const { world, region, caller } = call;
  const { target, plan } = from;
  const now = world.clock.now();
  const taskTime = now.toLocaleString('en-US');
  const minutes = plan.request.completionMinutes;
  const encrypted = target !== undefined && target.kind !== 'none';
  return {
    id: newId(world.random, 'snap'),
    account: caller.account,
    region,
    state: 'pending',
    statusMessage: 'Metadata not updated',
    description:
      `Copied for DestinationAmi ${from.imageId} from SourceAmi ${plan.request.sourceImageId} ` +
      `for SourceSnapshot ${from.from.id}. Task created on ${taskTime}.`,
    sizeGiB: from.from.sizeGiB,
    fullSizeGiB: from.from.fullSizeGiB,
    transfer: minutes === undefined ? { type: 'standard' } : { type: 'time-based', minutes },
    started: now,
    completed: undefined,
    hiddenUntil: from.hiddenUntil,
    key: encrypted ? (target.kind === 'key' ? target.key.arn : target.shownAs) : undefined,
    pendingKey: encrypted ? target.shownAs : undefined,
    tags: new Map(plan.request.snapshotTags),
    createVolumePermissions: lagging([]),
  };
}
