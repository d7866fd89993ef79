import { commandOf } from '../model/command.ts';
import type { CopyImage, DeleteSnapshot, DeregisterImage, Write } from '../model/difference.ts';
import { Failed, type Failure, interrupted } from '../model/failure.ts';
import { type Image, type Place, type Snapshot, snapshotIdsOf, tagOf } from '../model/image.ts';
import type { JournalEntry } from '../model/journal.ts';
import { visibilityLagMs } from '../model/lags.ts';
import type { Leftover, Rollback } from '../model/outcome.ts';
import type { RollbackCause } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { isAttempt, originOf } from './journalled.ts';
import type { Performer } from './performer.ts';
import type { Ports } from './ports.ts';
import { isGone, remove } from './remove.ts';
import { sentenceOfWrite } from './sentences.ts';
import { type TagChange, type Undo, undosOf } from './undo.ts';
import { accountOf, commandsOf, idsOf, whatOf } from './undo-words.ts';

const lookAgainMs = 5_000;

/**
 * Undoes exactly what a journal holds: all targets side by side, the newest write of each first. Touches no image that
 * does not carry the tag of this run, so never one that was there before, and nothing of a target whose image another
 * step of the job has `published`. Doing it twice is harmless. Never raises AWS's failures: what could not be
 * undone is told, with the commands.
 */
export async function rollback(
  entries: readonly JournalEntry[],
  why: RollbackCause,
  performer: Performer,
  ports: Ports,
  published: ReadonlySet<string> = new Set(),
): Promise<Rollback> {
  const undos = [...undosOf(entries)];
  const undoing = new Undoing(performer, ports, published);
  await Promise.all(undos.map(([target, some]) => undoing.undoAll(target, some)));
  return { why, undone: undoing.undone, left: undoing.left };
}

class Undoing {
  readonly undone: string[] = [];
  readonly left: Leftover[] = [];
  readonly #performer: Performer;
  readonly #ports: Ports;
  readonly #published: ReadonlySet<string>;
  readonly #started: number;

  constructor(performer: Performer, ports: Ports, published: ReadonlySet<string>) {
    this.#performer = performer;
    this.#ports = ports;
    this.#published = published;
    this.#started = ports.clock.now();
  }

  async undoAll(target: string, undos: readonly Undo[]): Promise<void> {
    const isPublished = undos.some((undo) => idsOf(undo).some((id) => this.#published.has(id)));
    for (const undo of undos) {
      const left = { what: whatOf(undo), account: accountOf(undo), commands: commandsOf(undo) };
      await this.#orLeave(target, left, async () => {
        if (isPublished) {
          throw new Failed(publishedElsewhere);
        }
        await this.#undo(target, undo);
      });
    }
  }

  async #undo(target: string, undo: Undo): Promise<void> {
    switch (undo.kind) {
      case 'remove':
        return this.#removeCopy(target, undo.copy, undo.imageId);
      case 'write':
        await this.#write(target, undo.write);
        return;
      case 'restore':
        return this.#restore(target, undo.write.place, undo.tags);
      case 'lasting':
        throw new Failed(noWayBack);
    }
  }

  /**
   * The image that a copy of this run made, then the snapshots that it leaves behind; those also where an earlier
   * rollback removed the image and died before it came to them.
   */
  async #removeCopy(target: string, copy: CopyImage, imageId: string | undefined): Promise<void> {
    const images = await this.#madeBy(copy, imageId);
    const deleted: string[] = [];
    let areAllGone = true;
    for (const image of images) {
      const write: DeregisterImage = { kind: 'deregister-image', place: copy.place, imageId: image.id };
      const told = { what: image.id, account: image.account, commands: [commandOf(write)] };
      const isRemoved = await this.#orLeave(target, told, async () => {
        deleted.push(...(await remove(write, null, this.#performer, this.#ports.clock)));
        this.#tell(target, `removed ${image.id}`);
      });
      areAllGone = areAllGone && isRemoved;
    }
    const left = !areAllGone ? [] : await this.#snapshotsOf(copy, images, deleted);
    for (const id of left) {
      const write: DeleteSnapshot = { kind: 'delete-snapshot', place: copy.place, snapshotId: id };
      const told = { what: id, account: copy.place.account, commands: [commandOf(write)] };
      await this.#orLeave(target, told, async () => {
        await remove(write, null, this.#performer, this.#ports.clock);
        this.#tell(target, `deleted ${id}`);
      });
    }
  }

  /** The snapshots of a copy that are still there: those that the image listed, and those that carry its tags. */
  async #snapshotsOf(
    copy: CopyImage,
    images: readonly Image[],
    deleted: readonly string[],
  ): Promise<readonly string[]> {
    const origins = [originOf(copy)];
    const listed = images.flatMap(snapshotIdsOf).filter((id) => !deleted.includes(id));
    const [tagged, others] = await Promise.all([
      this.#ports.aws.snapshots(copy.place, { by: 'origin', origins }),
      listed.length === 0 ? [] : this.#ports.aws.snapshots(copy.place, { by: 'id', ids: listed }),
    ]);
    const left = [...tagged.filter((snapshot) => isOf(snapshot, copy)), ...others].map(({ id }) => id);
    return [...new Set(left)].filter((id) => !deleted.includes(id));
  }

  /**
   * Images with the tag of this run: a token may have been answered with the copy of another run, which is not ours to
   * remove. One that AWS may have made is looked for until AWS must show it; raises `Failed` where nobody can tell
   * any more whose it is.
   */
  async #madeBy(copy: CopyImage, imageId: string | undefined): Promise<readonly Image[]> {
    const { aws, clock, signal } = this.#ports;
    const origins = [originOf(copy)];
    for (;;) {
      const found = (await aws.images(copy.place, { by: 'origin', origins })).filter(
        ({ state }) => state !== 'deregistered',
      );
      const mine = found.filter((image) => isOf(image, copy) && isAnswer(image, copy, imageId));
      if (mine.length > 0 || found.some(({ id }) => id === imageId)) {
        return mine;
      }
      const isLate = clock.now() - this.#started >= visibilityLagMs;
      const [answered] =
        imageId === undefined ? [] : await aws.images(copy.place, { by: 'id', ids: [imageId] });
      if (answered?.state === 'deregistered' || (answered === undefined && isLate)) {
        return [];
      }
      if (isLate) {
        throw new Failed(tagsGone);
      }
      await clock.sleep(lookAgainMs, signal);
    }
  }

  async #restore(target: string, place: Place, changes: readonly TagChange[]): Promise<void> {
    const ids = [...new Set(changes.map(({ resourceId }) => resourceId))];
    const now = await this.#tagsOf(place, ids);
    for (const id of ids) {
      const ours = changes.filter(
        ({ resourceId, key, ours }) => resourceId === id && now.has(id) && tagOf(now.get(id), key) === ours,
      );
      const set = ours.flatMap(({ key, before }) => (before === undefined ? [] : [[key, before] as const]));
      const unset = ours.flatMap(({ key, ours, before }) =>
        before === undefined && ours !== undefined ? [[key, ours] as const] : [],
      );
      const on = { place, resourceIds: [id] };
      if (set.length > 0) {
        await this.#write(target, { kind: 'set-tags', ...on, tags: Object.fromEntries(set) });
      }
      if (unset.length > 0) {
        await this.#write(target, { kind: 'remove-tags', ...on, tags: Object.fromEntries(unset) });
      }
    }
  }

  async #tagsOf(place: Place, ids: readonly string[]) {
    const images = ids.filter((id) => id.startsWith('ami-'));
    const snapshots = ids.filter((id) => id.startsWith('snap-'));
    const found = await Promise.all([
      images.length === 0 ? [] : this.#ports.aws.images(place, { by: 'id', ids: images }),
      snapshots.length === 0 ? [] : this.#ports.aws.snapshots(place, { by: 'id', ids: snapshots }),
    ]);
    return new Map(found.flat().map(({ id, tags }) => [id, tags]));
  }

  async #write(target: string, write: Write): Promise<void> {
    await this.#performer.perform(write, { target: null });
    this.#tell(target, sentenceOfWrite(write));
  }

  #tell(target: string, sentence: string): void {
    this.undone.push(`${target}: ${sentence}`);
    this.#ports.reporter.line(`Rolling back ${target}: ${sentence}.`);
  }

  /** False where it was left. */
  async #orLeave(
    target: string,
    told: Omit<Leftover, 'target' | 'failure'>,
    work: () => Promise<void>,
  ): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Failed)) {
        throw error;
      }
      // What was granted on something that is gone by now is gone with it.
      if (isGone(error.failure)) {
        return true;
      }
      this.#ports.reporter.trace(error);
      const failure = error.failure.kind === 'interrupted' ? outOfTime : error.failure;
      this.left.push({ target, ...told, failure });
      return false;
    }
  }
}

/** Tags may have been copied along with the image: it must be the one that AWS told of, or at least made from the source. */
function isAnswer({ id, lineage }: Image, copy: CopyImage, imageId: string | undefined): boolean {
  return imageId === undefined
    ? lineage === undefined || lineage.imageId === copy.source.imageId
    : id === imageId;
}

function isOf(one: Image | Snapshot, copy: CopyImage): boolean {
  return isAttempt(one, copy) && one.tags[ownTags.run] === copy.tags.image[ownTags.run];
}

const noWayBack: Failure = {
  where: '',
  action: 'rollback',
  code: 'NoWayBack',
  kind: 'permanent',
  meaning: 'AWS has no way to take this back.',
  cure: 'Nothing can be done; it concerns a copy that had failed, or IMDSv2, which is the safer setting.',
};

const tagsGone: Failure = {
  where: '',
  action: 'rollback',
  code: 'TagsGone',
  kind: 'precondition',
  meaning: 'AWS made this image for this run, and it does not carry the tags of the run any more.',
  cure: 'Look at it, and deregister it if nobody needs it: its tags would have told whose it is.',
};

const publishedElsewhere: Failure = {
  where: '',
  action: 'rollback',
  code: 'PublishedElsewhere',
  kind: 'precondition',
  meaning: 'Another step of this job promoted this image, too: it is in use.',
  cure: 'Nothing is to be done, unless it shall go all the same.',
};

const outOfTime: Failure = {
  ...interrupted,
  action: 'rollback',
  code: 'OutOfTime',
  meaning: 'There was no time left to undo this.',
  cure: 'Run the commands by hand.',
};
