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

function finish(world: World, job: CopyJob): void {
  const image = world.images.get(job.imageId);
  if (image === undefined || image.state !== 'pending') {
    return;
  }
  if (job.failure === undefined) {
    image.state = 'available';
    for (const part of job.snapshots) {
      complete(world.snapshots.get(part.id), part.ends, job.ends);
    }
    return;
  }
  image.state = 'failed';
  image.stateReason = { code: job.failure.code, message: job.failure.message };
  for (const part of job.snapshots) {
    const snapshot = world.snapshots.get(part.id);
    if (snapshot !== undefined) {
      snapshot.state = 'error';
      snapshot.statusMessage = job.failure.statusMessage;
    }
  }
}

function complete(snapshot: SimulatedSnapshot | undefined, ends: number, now: number): void {
  if (snapshot !== undefined && snapshot.state === 'pending' && ends <= now) {
    snapshot.state = 'completed';
    snapshot.statusMessage = undefined;
    snapshot.completed = ends;
  }
}
