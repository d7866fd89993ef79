import { Failed } from '../model/failure.ts';
import { type Image, snapshotIdsOf } from '../model/image.ts';
import { placeOf } from '../model/promotion.ts';
import { merge } from './observe.ts';
import type { Site } from './site.ts';
import type { Work } from './work.ts';

/** A pending image that AWS stops showing for this long is gone, not late. */
const goneMs = 60_000;

/** The next news of the place about this target's image. */
export async function news(work: Work, site: Site): Promise<void> {
  const chosen = work.seen?.chosen?.image;
  const { clock } = site.ports;
  const asking = clock.now();
  const images = await nextImages(work, site);
  if (images === undefined) {
    const { asked } = work.attempts;
    // Only looks that were answered count against a copy that is not seen yet.
    const since = (asked?.since ?? 0) + clock.now() - asking;
    work.attempts = { ...work.attempts, asked: asked && { ...asked, since } };
    return;
  }
  if (chosen === undefined) {
    remember(work, images);
    const found = images.find((image) => image.id !== work.attempts.asked?.imageId);
    if (found !== undefined && work.attempts.asked?.imageId === undefined) {
      work.did('adopted');
    }
  } else if (images.some((image) => image.id === chosen.id)) {
    work.missingSince = undefined;
    remember(work, images);
  } else {
    const now = site.ports.clock.now();
    work.missingSince ??= now;
    if (now - work.missingSince > goneMs) {
      remember(work, [{ ...chosen, state: 'deregistered', stateReason: 'AWS no longer shows it' }]);
    }
  }
}

/** Undefined when AWS did not answer for minutes: the copy goes on meanwhile, and so does the waiting. */
async function nextImages(work: Work, { watch }: Site): Promise<readonly Image[] | undefined> {
  const chosen = work.seen?.chosen?.image;
  const wish = {
    imageId: chosen?.id ?? work.attempts.asked?.imageId,
    origin: chosen === undefined ? work.target.source.origin : undefined,
  };
  try {
    return await watch.next(wish);
  } catch (error) {
    const passing = error instanceof Failed && ['transient', 'throttle'].includes(error.failure.kind);
    if (passing) {
      return undefined;
    }
    throw error;
  }
}

/** All images of ours at the target's place, as they are now. */
export async function lookForCopies(work: Work, { ports }: Site): Promise<void> {
  const { source } = work.target;
  remember(work, await ports.aws.images(placeOf(work.target), { by: 'origin', origins: [source.origin] }));
}

/** What was written is looked at again: the image now, its snapshots by the next look. */
export async function readAgain(work: Work, { ports }: Site): Promise<void> {
  const image = work.seen?.chosen?.image;
  if (image !== undefined) {
    const listed = snapshotIdsOf(image);
    const snapshots = work.finding.snapshots.filter(({ id }) => !listed.includes(id));
    work.finding = { ...work.finding, snapshots };
    remember(work, await ports.aws.images(image, { by: 'id', ids: [image.id] }));
  }
}

function remember(work: Work, images: readonly Image[]): void {
  work.finding = { ...work.finding, images: merge(work.finding.images, images) };
}
