import type { DeleteSnapshot, DeregisterImage } from '../model/difference.ts';
import { Failed, type Failure } from '../model/failure.ts';
import { writeLagMs } from '../model/lags.ts';
import type { Performer } from './performer.ts';
import type { Clock } from './ports.ts';

/**
 * Removes an image or a snapshot, and gives the snapshots that went with it; that it is gone already is no failure.
 * `isFresh`: this run has just removed the image that had the snapshot, which AWS may not know of everywhere yet.
 */
export async function remove(
  write: DeregisterImage | DeleteSnapshot,
  target: string | null,
  performer: Performer,
  clock: Clock,
  isFresh = true,
): Promise<readonly string[]> {
  const patience = { deniedUntil: 0, staleUntil: clock.now() + writeLagMs };
  try {
    const { deleted } = await performer.perform(
      write,
      { target },
      write.kind === 'delete-snapshot' && isFresh ? patience : undefined,
    );
    return deleted;
  } catch (error) {
    if (error instanceof Failed && isGone(error.failure)) {
      return [];
    }
    throw error;
  }
}

/** Whether AWS says that an image or a snapshot is gone. */
export function isGone({ code }: Failure): boolean {
  return ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable', 'InvalidSnapshot.NotFound'].includes(code);
}
