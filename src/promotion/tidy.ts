import { attemptOf } from '../aspects/selection.ts';
import type { Write } from '../model/difference.ts';
import { Failed } from '../model/failure.ts';
import { placeOf, titleOf } from '../model/promotion.ts';
import { remove } from './remove.ts';
import { sentenceOf } from './sentences.ts';
import type { Site } from './site.ts';
import { together } from './together.ts';
import type { Work } from './work.ts';

/** Removes what failed copies left. What keeps it from being removed is told, and keeps no target from being promoted. */
export async function tidyUp(work: Work, site: Site, writes: readonly Write[]): Promise<void> {
  try {
    site.approval.permit(work.target, writes);
    await together(writes.map((write) => removeOne(work, site, write)));
    work.did('mended');
    site.ports.reporter.line(`${titleOf(work.target)}: ${writes.map(sentenceOf).join('; ')}.`);
    await forget(work, site);
  } catch (error) {
    if (!(error instanceof Failed) || error.failure.kind === 'interrupted') {
      throw error;
    }
    site.ports.reporter.trace(error);
    work.attempts = { ...work.attempts, untidied: error.failure };
  }
}

async function removeOne(work: Work, { performer, ports }: Site, write: Write): Promise<void> {
  if (write.kind === 'deregister-image' || write.kind === 'delete-snapshot') {
    const isFresh = work.attempts.removed.length > 0;
    await remove(write, titleOf(work.target), performer, ports.clock, isFresh);
  }
}

/** What was removed is no longer looked at; the snapshots of a removed image are looked for once more. */
async function forget(work: Work, { ports }: Site): Promise<void> {
  const { finding, attempts, target } = work;
  const images = work.seen?.remains.images ?? [];
  const removed = [...attempts.removed, ...images.map(attemptOf)];
  const ids = images.map(({ id }) => id);
  const snapshots =
    images.length === 0
      ? []
      : await ports.aws.snapshots(placeOf(target), { by: 'origin', origins: [target.source.origin] });
  work.attempts = { ...attempts, removed };
  work.finding = { ...finding, images: finding.images.filter(({ id }) => !ids.includes(id)), snapshots };
}
