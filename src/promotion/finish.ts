import { pullTagsFor, pullTagsIn } from '../aspects/pull-tags.ts';
import type { CopyImage } from '../model/difference.ts';
import { Failed, type Failure } from '../model/failure.ts';
import { type Image, isPending, placeName } from '../model/image.ts';
import type { JournalEntry } from '../model/journal.ts';
import { visibilityLagMs } from '../model/lags.ts';
import type { Finished, Opened } from '../model/outcome.ts';
import type {
  Promotion,
  RollbackCause,
  SourceImage,
  SourceLocation,
  SourceRequest,
} from '../model/promotion.ts';
import type { Noted as NotedOnSource } from './closing.ts';
import { Door } from './door.ts';
import { isAttempt, originOf, writesIn } from './journalled.ts';
import { Performer } from './performer.ts';
import type { Ports } from './ports.ts';
import { rollback } from './rollback.ts';
import { readSourceImages } from './sources.ts';

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
 * by the ports' signal; never raises AWS's failures. `published`: images that other steps of the job promoted.
 */
export async function finish(
  entries: readonly JournalEntry[],
  why: RollbackCause,
  promotion: Promotion,
  ports: Ports,
  published: ReadonlySet<string> = new Set(),
): Promise<Finished> {
  const performer = new Performer(ports, entries);
  const undoes = promotion.rollbackOn.includes(why);
  const [opened, undone] = await Promise.all([
    closeSources(entries, undoes, promotion, performer, ports),
    undoes ? rollback(entries, why, performer, ports, published) : undefined,
  ]);
  if (
    !ports.signal.aborted &&
    opened.every(({ state, leftToOthers }) => state !== 'open' || leftToOthers.length > 0)
  ) {
    await performer.end('finished');
  }
  return { opened, rollback: undone };
}

async function closeSources(
  entries: readonly JournalEntry[],
  undoes: boolean,
  promotion: Promotion,
  performer: Performer,
  ports: Ports,
): Promise<readonly Opened[]> {
  const closed = notesIn(entries).map(async (noted): Promise<readonly Opened[]> => {
    try {
      // What named the source may name another by now, and it may have lost a tag: it is to be closed all the same.
      const alone = { ...promotion, sources: [requestOf(noted)], requireSourceTags: {} };
      const [source] = await readSourceImages(alone, ports, ports.clock.now());
      return source === undefined
        ? []
        : await closeSource(
            source,
            noted,
            undoes ? undefined : copiesIn(entries, source),
            promotion,
            performer,
            ports,
          );
    } catch (error) {
      if (!(error instanceof Failed)) {
        throw error;
      }
      ports.reporter.trace(error);
      return [notRead(noted, entries, error.failure)];
    }
  });
  return (await Promise.all(closed)).flat();
}

/** A source that cannot even be looked at stays as it is. */
function notRead(
  { imageId, region, note }: Noted,
  entries: readonly JournalEntry[],
  failure: Failure,
): Opened {
  return {
    imageId,
    snapshotIds: openedSnapshots(entries, region),
    region,
    note: pullTagsFor(note, note.accounts, note.only),
    accounts: note.accounts,
    state: 'open',
    leftToOthers: [],
    failure,
  };
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

function openedSnapshots(entries: readonly JournalEntry[], region: string): readonly string[] {
  const ids = entries.flatMap((entry) =>
    entry.phase === 'intent' &&
    entry.target === null &&
    entry.request.kind === 'share-snapshot' &&
    entry.request.place.region === region
      ? [entry.request.snapshotId]
      : [],
  );
  return [...new Set(ids)];
}

/** The note that the step wrote on a source image, as it wrote it last. */
interface Noted extends NotedOnSource, SourceLocation {}

function requestOf({ imageId, region }: Noted): SourceRequest {
  const at = { kind: 'images', images: [{ imageId, region }], origin: undefined } as const;
  return { key: imageId, title: imageId, at, custom: {} };
}

/** Of each source the note that the step wrote first is its own; once that was taken off, it was closed, or kept. */
function notesIn(entries: readonly JournalEntry[]): readonly Noted[] {
  const done = new Set(writesIn(entries).flatMap(({ intent, isDone }) => (isDone ? [intent.seq] : [])));
  const notes = new Map<string, Noted & { readonly isOff: boolean }>();
  // What a rollback writes before the step noted anything of its own, are the notes of others.
  let isRollingBack = false;
  for (const entry of entries) {
    isRollingBack ||= entry.phase === 'rollback';
    if (entry.phase !== 'intent' || entry.target !== null) {
      continue;
    }
    const { request } = entry;
    if (request.kind === 'set-tags' || request.kind === 'remove-tags') {
      const [imageId = ''] = request.resourceIds;
      const own = notes.get(imageId)?.note.run;
      const note = pullTagsIn(request.tags).find(
        ({ run }) => run === own || (own === undefined && !isRollingBack),
      );
      if (note !== undefined) {
        const isOff = request.kind === 'remove-tags' && done.has(entry.seq);
        notes.set(imageId, { imageId, region: request.place.region, note, at: Date.parse(entry.at), isOff });
      }
    }
  }
  return [...notes.values()].filter(({ isOff }) => !isOff);
}

/** A copy that the run asked for in an account that pulls. */
interface Asked {
  readonly copy: CopyImage;
  /** Undefined where no answer came. */
  readonly imageId: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** All that may have been made: one that AWS refused was not. */
function copiesIn(entries: readonly JournalEntry[], { image }: SourceImage): readonly Asked[] {
  return writesIn(entries).flatMap(({ intent: { request, at }, imageId }) =>
    request.kind === 'copy-image' &&
    request.source.imageId === image.id &&
    request.place.account !== image.account
      ? [{ copy: request, imageId, at: Date.parse(at) }]
      : [],
  );
}

/** Waits until none of the copies can be under way any more; false when time was over before that. */
async function haveEnded(
  copies: readonly Asked[],
  promotion: Promotion,
  { aws, clock, reporter, signal }: Ports,
): Promise<boolean> {
  const places = [...Map.groupBy(copies, ({ copy }) => placeName(copy.place)).values()];
  try {
    for (;;) {
      const areUnderWay = await Promise.all(
        places.map(async (here) => {
          const [first] = here;
          const origins = [...new Set(here.map(({ copy }) => originOf(copy)))];
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
  const image = found.find((one) => one.id === imageId || isAttempt(one, copy));
  return image === undefined ? now - at < visibilityLagMs : isPending(image);
}
