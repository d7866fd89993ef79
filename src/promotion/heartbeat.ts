import { attemptOf } from '../aspects/selection.ts';
import { type Image, placeName, type Snapshot } from '../model/image.ts';
import { placeOf } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { factOf } from './facts.ts';
import type { Ports } from './ports.ts';
import type { Work } from './work.ts';

const beatMs = 60_000;

/**
 * Tells once a minute where the work stands, until the returned function is called; `undecided` is what it calls what is
 * not decided. Never raises.
 */
export function heartbeat(
  allWorks: () => readonly Work[],
  ports: Ports,
  undecided = 'under way',
): () => void {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ports.signal]);
  const started = ports.clock.now();
  const beat = async (): Promise<void> => {
    for (;;) {
      await ports.clock.sleep(beatMs, signal);
      const works = allWorks();
      const undecidedWorks = works.filter(({ outcome }) => outcome === undefined);
      const progress = await factOf(progressOf(undecidedWorks, ports));
      const states = Map.groupBy(works, ({ outcome }) => outcome?.state ?? undecided);
      ports.reporter.beat({
        total: works.length,
        byState: Object.fromEntries([...states].map(([state, some]) => [state, some.length])),
        meanProgressPercent: 'value' in progress ? progress.value : undefined,
        elapsedMs: ports.clock.now() - started,
      });
    }
  };
  beat().catch((error: unknown) => {
    if (!signal.aborted) {
      ports.reporter.line(
        `Progress can no longer be told: ${error instanceof Error ? error.message : error}.`,
      );
    }
  });
  return () => stop.abort();
}

/** The mean of the percentages of the snapshots under way, found by our tags: pending images list none. */
async function progressOf(works: readonly Work[], { aws }: Ports): Promise<number | undefined> {
  const pending = works.flatMap((work) => {
    const image = work.seen?.chosen?.image;
    return image?.state === 'pending' ? [{ work, image }] : [];
  });
  const places = Map.groupBy(pending, ({ work }) => placeName(placeOf(work.target)));
  const percents = await Promise.all(
    [...places.values()].map(async (here) => {
      const [first] = here;
      const origins = [...new Set(here.flatMap(({ image }) => image.tags[ownTags.source] ?? []))];
      if (first === undefined || origins.length === 0) {
        return [];
      }
      const snapshots = await aws.snapshots(placeOf(first.work.target), { by: 'origin', origins });
      return snapshots
        .filter((snapshot) => here.some(({ image }) => belongs(snapshot, image)))
        .map((snapshot) => snapshot.progressPercent);
    }),
  );
  const all = percents.flat();
  return all.length === 0 ? undefined : all.reduce((sum, percent) => sum + percent, 0) / all.length;
}

function belongs(snapshot: Snapshot, image: Image): boolean {
  return (
    snapshot.tags[ownTags.source] === image.tags[ownTags.source] &&
    Number(snapshot.tags[ownTags.attempt]) === attemptOf(image)
  );
}
