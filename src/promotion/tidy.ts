import { attemptOf } from '../aspects/selection.ts';
import type { DeleteSnapshot, DeregisterImage, Write } from '../model/difference.ts';
import { isFailure } from '../model/failure.ts';
import type { Snapshot } from '../model/image.ts';
import { placeOf, titleOf } from '../model/promotion.ts';
import type { Ports } from './ports.ts';
import { remove } from './remove.ts';
import { sentenceOfWrite } from './sentences.ts';
import type { Site } from './site.ts';
import { everyOne } from './together.ts';
import type { Work } from './work.ts';

type Removal = DeregisterImage | DeleteSnapshot;

/** Removes what failed copies left. What cannot be removed is told, and keeps neither the rest nor the target back. */
export async function tidyUp(work: Work, site: Site, writes: readonly Write[]): Promise<void> {
  const removals = writes.filter(
    (write) => write.kind === 'deregister-image' || write.kind === 'delete-snapshot',
  );
  const done: Removal[] = [];
  await everyOne(
    removals.map(async (write) => {
      if (await isRemoved(work, site, write)) {
        done.push(write);
      }
    }),
  );
  if (done.length > 0) {
    work.did('mended');
    site.ports.reporter.line(`${titleOf(work.target)}: ${done.map(sentenceOfWrite).join('; ')}.`);
    await forget(work, site, done.map(idOf));
  }
}

async function isRemoved(work: Work, { approval, performer, ports }: Site, write: Removal): Promise<boolean> {
  try {
    approval.permit(work.target, [write]);
    const isFresh = work.attempts.removed.length > 0;
    await remove(write, titleOf(work.target), performer, ports.clock, isFresh);
    return true;
  } catch (error) {
    if (!isFailure(error)) {
      throw error;
    }
    ports.reporter.trace(error);
    const untidied = new Map([...work.attempts.untidied, [idOf(write), error.failure] as const]);
    work.attempts = { ...work.attempts, untidied };
    return false;
  }
}

function idOf(write: Removal): string {
  return write.kind === 'deregister-image' ? write.imageId : write.snapshotId;
}

/** What was removed is no longer looked at; the snapshots of a removed image are looked for once more. */
async function forget(work: Work, { ports }: Site, gone: readonly string[]): Promise<void> {
  const { finding, attempts } = work;
  const images = (work.seen?.remains.images ?? []).filter(({ id }) => gone.includes(id));
  work.attempts = { ...attempts, removed: [...attempts.removed, ...images.map(attemptOf)] };
  const snapshots = images.length === 0 ? finding.snapshots : await leftOf(work, ports);
  work.finding = {
    ...finding,
    images: finding.images.filter(({ id }) => !gone.includes(id)),
    snapshots: snapshots.filter(({ id }) => !gone.includes(id)),
  };
}

/** Snapshots of ours as they are now; where they cannot be read, those that were seen before. */
async function leftOf({ finding, target }: Work, { aws, reporter }: Ports): Promise<readonly Snapshot[]> {
  try {
    return await aws.snapshots(placeOf(target), { by: 'origin', origins: [target.source.origin] });
  } catch (error) {
    if (!isFailure(error)) {
      throw error;
    }
    reporter.trace(error);
    return finding.snapshots;
  }
}
