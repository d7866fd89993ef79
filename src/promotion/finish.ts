import { visibilityLagMs } from '../aspects/present.ts';
import { pullTagsIn } from '../aspects/pull-tags.ts';
import { attemptOf } from '../aspects/selection.ts';
import type { CopyImage } from '../model/difference.ts';
import { Failed, type Failure } from '../model/failure.ts';
import type { Image } from '../model/image.ts';
import type { JournalEntry } from '../model/journal.ts';
import type { PullTag } from '../model/observation.ts';
import type { Opened, Rollback } from '../model/outcome.ts';
import type { Promotion, RollbackCause, SourceImage } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { Door } from './door.ts';
import { nameOf } from './observe.ts';
import { Performer } from './performer.ts';
import type { Ports } from './ports.ts';
import { rollback } from './rollback.ts';
import { readSources } from './sources.ts';

/** What `post` made of a step that never came to its end. */
export interface Finished {
  readonly opened: readonly Opened[];
  readonly rollback: Rollback | undefined;
  /** Why a source could not even be looked at. */
  readonly failure: Failure | undefined;
}

/** Why a journal leaves something to do; undefined where the step came to its end, or wrote nothing. */
export function unfinished(entries: readonly JournalEntry[]): RollbackCause | undefined {
  if (entries.length === 0 || entries.some(({ phase }) => phase === 'finished')) {
    return undefined;
  }
  const isRollingBack = entries.some(({ phase }) => phase === 'rollback');
  return !isRollingBack && entries.some(({ phase }) => phase === 'cancelled') ? 'cancel' : 'failure';
}

/**
 * Finishes what a signal or a crash interrupted, from the journal: closes the sources, and beside that rolls back where
 * that is wanted. Without a rollback the copies go on, so a source is closed once those that read it have ended. Bounded
 * by the ports' signal; never raises AWS's failures.
 */
export async function finish(
  entries: readonly JournalEntry[],
  why: RollbackCause,
  promotion: Promotion,
  ports: Ports,
): Promise<Finished> {
  const performer = new Performer(ports, entries);
  const undoes = promotion.rollbackOn.includes(why);
  const [{ opened, failure }, undone] = await Promise.all([
    closeSources(entries, undoes, promotion, performer, ports),
    undoes ? rollback(entries, why, performer, ports) : undefined,
  ]);
  if (!ports.signal.aborted && failure === undefined && opened.every(({ state }) => state !== 'open')) {
    await performer.end('finished');
  }
  return { opened, rollback: undone, failure };
}

async function closeSources(
  entries: readonly JournalEntry[],
  undoes: boolean,
  promotion: Promotion,
  performer: Performer,
  ports: Ports,
): Promise<Pick<Finished, 'opened' | 'failure'>> {
  const notes = notesIn(entries);
  if (notes.length === 0) {
    return { opened: [], failure: undefined };
  }
  try {
    const sources = await readSources(promotion, ports, ports.clock.now());
    const opened = await Promise.all(
      notes.map(async (note) => {
        const source = sources.find(({ image }) => image.id === note.imageId);
        return source === undefined
          ? []
          : closeSource(
              source,
              note,
              undoes ? undefined : copiesIn(entries, source),
              promotion,
              performer,
              ports,
            );
      }),
    );
    return { opened: opened.flat(), failure: undefined };
  } catch (error) {
    if (!(error instanceof Failed)) {
      throw error;
    }
    ports.reporter.trace(error);
    const still = notes.map(
      ({ imageId, note }): Opened => ({
        imageId,
        snapshotIds: openedSnapshots(entries),
        region: promotion.sourceRegion,
        accounts: note.accounts,
        state: 'open',
        leftToOthers: [],
        failure: error.failure,
      }),
    );
    return { opened: still, failure: error.failure };
  }
}

/** `copies`: those to wait for, because they go on; none where they are removed, and nothing is kept open then. */
async function closeSource(
  source: SourceImage,
  noted: Noted,
  copies: readonly Asked[] | undefined,
  promotion: Promotion,
  performer: Performer,
  ports: Ports,
): Promise<readonly Opened[]> {
  const door = new Door(source, ports, performer, promotion.pollSeconds * 1000, noted);
  if (copies !== undefined && promotion.keepSourceAccess) {
    await door.keep(noted.note);
  } else if (copies === undefined || (await haveEnded(copies, promotion, ports))) {
    await door.close(noted.note, promotion.approvedPlan === undefined);
  }
  return [door.opened() ?? []].flat();
}

function openedSnapshots(entries: readonly JournalEntry[]): readonly string[] {
  const ids = entries.flatMap((entry) =>
    entry.phase === 'intent' && entry.target === null && entry.request.kind === 'share-snapshot'
      ? [entry.request.snapshotId]
      : [],
  );
  return [...new Set(ids)];
}

/** The notes that the run wrote on source images, as it wrote them last. */
interface Noted {
  readonly imageId: string;
  readonly note: PullTag;
  /** Epoch milliseconds. */
  readonly at: number;
}

function notesIn(entries: readonly JournalEntry[]): readonly Noted[] {
  const notes = new Map<string, Noted>();
  for (const entry of entries) {
    if (entry.phase === 'intent' && entry.target === null && entry.request.kind === 'set-tags') {
      const [imageId = ''] = entry.request.resourceIds;
      const [note] = pullTagsIn(entry.request.tags);
      if (note !== undefined) {
        notes.set(imageId, { imageId, note, at: Date.parse(entry.at) });
      }
    }
  }
  return [...notes.values()];
}

/** A copy that the run asked for in an account that pulls. */
interface Asked {
  readonly copy: CopyImage;
  /** Undefined where no answer came. */
  readonly imageId: string | null | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** All that may have been made: one that AWS refused was not. */
function copiesIn(entries: readonly JournalEntry[], { image }: SourceImage): readonly Asked[] {
  return entries.flatMap((entry) => {
    if (
      entry.phase !== 'intent' ||
      entry.request.kind !== 'copy-image' ||
      entry.request.source.imageId !== image.id ||
      entry.request.place.account === image.account
    ) {
      return [];
    }
    const [ending] = entries.flatMap((one) =>
      one.seq === entry.seq && (one.phase === 'done' || one.phase === 'failed') ? [one] : [],
    );
    const isRefused = ending?.phase === 'failed' && !ending.result.mayHaveHappened;
    const imageId = ending?.phase === 'done' ? ending.result.imageId : undefined;
    return isRefused ? [] : [{ copy: entry.request, imageId, at: Date.parse(entry.at) }];
  });
}

/** Waits until none of the copies can be under way any more; false when time was over before that. */
async function haveEnded(
  copies: readonly Asked[],
  promotion: Promotion,
  { aws, clock, reporter, signal }: Ports,
): Promise<boolean> {
  const places = [...Map.groupBy(copies, ({ copy }) => nameOf(copy.place)).values()];
  try {
    for (;;) {
      const areUnderWay = await Promise.all(
        places.map(async (here) => {
          const [first] = here;
          const origins = [...new Set(here.map(({ copy }) => copy.tags.image[ownTags.source] ?? ''))];
          const found =
            first === undefined ? [] : await aws.images(first.copy.place, { by: 'origin', origins });
          return here.some((asked) => isUnderWay(asked, found, clock.now()));
        }),
      );
      if (!areUnderWay.includes(true)) {
        return true;
      }
      await clock.sleep(promotion.pollSeconds * 1000, signal);
    }
  } catch (error) {
    if (error instanceof Failed) {
      reporter.trace(error);
      return false;
    }
    throw error;
  }
}

/** AWS may show a copy minutes after it was asked for. */
function isUnderWay({ copy, imageId, at }: Asked, found: readonly Image[], now: number): boolean {
  const image = found.find(
    ({ id, tags }) =>
      id === imageId ||
      (tags[ownTags.source] === copy.tags.image[ownTags.source] && attemptOf({ tags }) === copy.attempt),
  );
  return image === undefined
    ? now - at < visibilityLagMs
    : image.state === 'pending' || image.state === 'transient';
}
