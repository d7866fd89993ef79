import type { CopyJob, CopySpeed, SimulatedSnapshot, World } from './world.ts';

/** When the parts of a copy end that starts now, in epoch milliseconds. */
export interface Schedule {
  readonly snapshots: readonly number[];
  readonly image: number;
}

/**
 * How long a copy into a Region takes: snapshots side by side, each by its size or all the same, the image when the
 * last of them is done. A copy that is to fail does so half way.
 */
export function scheduleOf(
  speed: CopySpeed,
  region: string,
  sizesGiB: readonly number[],
  now: number,
  fails: boolean,
): Schedule {
  const factor = (speed.factors.get(region) ?? 1) * (fails ? 0.5 : 1);
  const ends = sizesGiB.map((size) => {
    const seconds = speed.seconds ?? size / speed.gibPerSecond;
    return now + Math.round(seconds * factor * 1000);
  });
  return { snapshots: ends, image: Math.max(now, ...ends) };
}

/** Brings the world to the present: snapshots and images whose copy is over become what they become. */
export function settle(world: World): void {
  const now = world.clock.now();
  for (const job of [...world.copies]) {
    if (job.ends <= now) {
      world.copies.splice(world.copies.indexOf(job), 1);
      finish(world, job);
    } else if (job.failure === undefined) {
      for (const part of job.snapshots) {
        complete(world.snapshots.get(part.id), part.ends, now);
      }
    }
  }
}

/** How much of a snapshot is copied, in percent: 100 only once it is completed. */
export function progressOf(world: World, snapshot: SimulatedSnapshot): number {
  if (snapshot.state !== 'pending') {
    return snapshot.state === 'completed' ? 100 : 0;
  }
  const part = world.copies.flatMap((job) => job.snapshots).find((one) => one.id === snapshot.id);
  if (part === undefined) {
    return 0;
  }
  const share = (world.clock.now() - snapshot.started) / Math.max(1, part.ends - snapshot.started);
  return Math.min(99, Math.max(0, Math.floor(share * 100)));
}

/** Ends a copy whose image was deregistered; what becomes of its unfinished snapshots is a switch. */
export function cancelCopy(world: World, imageId: string): void {
  const job = world.copies.find((one) => one.imageId === imageId);
  if (job === undefined || world.switches.cancelledCopySnapshots === 'completed') {
    return;
  }
  world.copies.splice(world.copies.indexOf(job), 1);
  for (const part of job.snapshots) {
    fail(world.snapshots.get(part.id), 'The copy was cancelled');
  }
}

/** Ends the copies into a Region now, however much is left to copy. */
export function endCopies(world: World, region: string): void {
  const ends = world.clock.now();
  for (const [index, job] of world.copies.entries()) {
    if (job.region === region) {
      world.copies[index] = { ...job, ends, snapshots: job.snapshots.map(({ id }) => ({ id, ends })) };
    }
  }
  settle(world);
}

function finish(world: World, job: CopyJob): void {
  const { failure } = job;
  for (const part of job.snapshots) {
    const snapshot = world.snapshots.get(part.id);
    if (failure === undefined) {
      complete(snapshot, part.ends, job.ends);
    } else {
      fail(snapshot, failure.statusMessage);
    }
  }
  const image = world.images.get(job.imageId);
  if (image?.state === 'pending') {
    image.state = failure === undefined ? 'available' : 'failed';
    image.stateReason = failure && { code: failure.code, message: failure.message };
  }
}

function fail(snapshot: SimulatedSnapshot | undefined, statusMessage: string): void {
  if (snapshot?.state === 'pending') {
    snapshot.state = 'error';
    snapshot.statusMessage = statusMessage;
  }
}

function complete(snapshot: SimulatedSnapshot | undefined, ends: number, now: number): void {
  if (snapshot !== undefined && snapshot.state === 'pending' && ends <= now) {
    snapshot.state = 'completed';
    snapshot.statusMessage = undefined;
    snapshot.completed = ends;
  }
}
