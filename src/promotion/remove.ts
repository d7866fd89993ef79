import type { DeleteSnapshot, DeregisterImage } from '../model/difference.ts';
import { Failed } from '../model/failure.ts';
import type { Performer } from './performer.ts';
import type { Clock } from './ports.ts';

/** How long AWS may say that a snapshot is in use by an image that was removed. */
const inUseMs = 60_000;

/** What AWS answers about what is gone already. */
const gone = ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable', 'InvalidSnapshot.NotFound'];

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
  const patience = { deniedUntil: 0, staleUntil: clock.now() + inUseMs };
  try {
    const { deleted } = await performer.perform(
      write,
      { target },
      write.kind === 'delete-snapshot' && isFresh ? patience : undefined,
    );
    return deleted;
  } catch (error) {
    if (error instanceof Failed && gone.includes(error.failure.code)) {
      return [];
    }
    throw error;
  }
}
