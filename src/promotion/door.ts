import { openingWrites } from '../aspects/open.ts';
import { visibilityLagMs } from '../aspects/present.ts';
import { pullTagsFor, pullTagsIn, runInKey } from '../aspects/pull-tags.ts';
import type { Write } from '../model/difference.ts';
import { Failed } from '../model/failure.ts';
import type { SourceAccess } from '../model/observation.ts';
import type { Opened } from '../model/outcome.ts';
import type { PullNote, SourceImage } from '../model/promotion.ts';
import type { Patience, Ports } from './ports.ts';
import { together } from './together.ts';

const lookAgainMs = 2_000;
/** How often a note is written again that another job of the run overwrote. */
const maxNotes = 5;
const newsTravelsMs = 10_000;
/** How long what was opened may take to show, before it is opened again. */
const writeLagMs = 60_000;

/**
 * The source image as pulling accounts reach it: who may read it, opening it, and whether each sees it.
 * One door per source image; openings are made one after the other, each on a fresh look, because the note
 * on the source is one tag for all accounts of the run.
 */
export class Door {
  readonly #source: SourceImage;
  readonly #ports: Ports;
  readonly #freshMs: number;
  readonly #seenBy = new Map<string, Promise<boolean>>();
  readonly #opened = new Set<string>();
  /** What this run's note lists: reads may not show it yet when the next account is added. */
  #noted: readonly string[] = [];
  #access: { readonly at: number; readonly answer: Promise<SourceAccess> } | undefined;
  #opening: Promise<void> = Promise.resolve();
  #openedAt = Number.NEGATIVE_INFINITY;
  readonly #waitsSince = new Map<string, number>();

  constructor(source: SourceImage, ports: Ports, freshMs: number) {
    this.#source = source;
    this.#ports = ports;
    this.#freshMs = freshMs;
  }

  /** Who may read the source; all targets of one round share one look. */
  access(): Promise<SourceAccess> {
    const now = this.#ports.clock.now();
    if (this.#access === undefined || now - this.#access.at >= this.#freshMs) {
      this.#access = { at: now, answer: this.#look() };
    }
    return this.#access.answer;
  }

  /**
   * Opens image and snapshots for accounts, as far as they are not open; the note comes first. False, and nothing
   * is written, while they were opened so recently that what AWS shows may be older.
   */
  open(accounts: readonly string[], note: PullNote): Promise<boolean> {
    const mine = this.#opening.then(() => this.#openNow(accounts, note));
    this.#opening = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }

  /** Tries out with DryRun what would open image and snapshots for accounts; raises `Failed`. */
  async rehearse(accounts: readonly string[], note: PullNote): Promise<void> {
    const access = this.#withOwnNote(await this.access(), note);
    const writes = openingWrites(this.#source, access, accounts, note);
    await together(writes.map((write) => this.#ports.aws.rehearse(write)));
  }

  /** Whether the account's role sees the image and every snapshot by now. Once seen, seen for the run. */
  async seenBy(account: string): Promise<boolean> {
    const asked = this.#seenBy.get(account);
    if (asked !== undefined) {
      return asked;
    }
    const answer = this.#lookAs(account);
    this.#seenBy.set(account, answer);
    try {
      const seen = await answer;
      if (!seen) {
        this.#seenBy.delete(account);
      }
      return seen;
    } catch (error) {
      this.#seenBy.delete(account);
      throw error;
    }
  }

  /** Pauses before the next look; raises `Failed` when the account has not seen the source for too long. */
  async pause(account: string): Promise<void> {
    const { clock, signal } = this.#ports;
    const since = this.#waitsSince.get(account) ?? clock.now();
    this.#waitsSince.set(account, since);
    if (clock.now() - since > visibilityLagMs) {
      throw new Failed({
        where: `${account}/${this.#source.image.region}`,
        action: 'ec2:DescribeSnapshots',
        code: 'SourceNotVisible',
        requestId: undefined,
        kind: 'precondition',
        meaning: `${this.#source.image.id} and its snapshots were opened to the account ${visibilityLagMs / 60_000} minutes ago, and its role still does not see all of them.`,
        cure: 'Look for an Allowed AMIs setting in that account, and for a policy that denies ec2:DescribeImages or ec2:DescribeSnapshots in the Region of the source.',
      });
    }
    await clock.sleep(lookAgainMs, signal);
  }

  /** Right after an opening, by this run or by another, AWS's answers may not know of it. */
  patience(account: string): Patience {
    const since = this.#waitsSince.get(account) ?? Number.NEGATIVE_INFINITY;
    const until = Math.max(since, this.#openedAt) + newsTravelsMs;
    return { deniedUntil: until, staleUntil: until };
  }

  opened(): Opened | undefined {
    const { id, region } = this.#source.image;
    return this.#opened.size === 0 ? undefined : { imageId: id, region, accounts: [...this.#opened].sort() };
  }

  async #openNow(accounts: readonly string[], note: PullNote): Promise<boolean> {
    const { aws, clock, reporter } = this.#ports;
    this.#access = undefined;
    if (clock.now() - this.#openedAt < writeLagMs && accounts.every((id) => this.#noted.includes(id))) {
      return false;
    }
    const access = this.#withOwnNote(await this.#look(), note);
    const [notes, permissions] = partition(
      openingWrites(this.#source, access, accounts, note),
      (write) => write.kind === 'set-tags',
    );
    for (const write of notes) {
      await this.#note(write, note);
    }
    const added = permissions.flatMap((write) =>
      write.kind === 'share-image'
        ? write.add.map((principal) => principal.id)
        : write.kind === 'share-snapshot'
          ? write.add
          : [],
    );
    for (const account of added) {
      this.#opened.add(account);
    }
    await Promise.all(permissions.map((write) => aws.perform(write)));
    this.#openedAt = clock.now();
    if (added.length > 0) {
      const { id } = this.#source.image;
      reporter.line(`Opened source ${id} and its snapshots to ${[...new Set(added)].sort().join(', ')}.`);
    }
    return true;
  }

  /**
   * Writes the note and reads it back: jobs of one run that pull side by side share it, and the one that wrote
   * last may not have read what the other wrote. What AWS does not show yet is taken as written.
   */
  async #note(write: Write, note: PullNote): Promise<void> {
    const { aws } = this.#ports;
    const { image } = this.#source;
    const place = { account: image.account, region: image.region };
    await aws.perform(write);
    const mine = write.kind === 'set-tags' ? pullTagsIn(write.tags).flatMap((tag) => tag.accounts) : [];
    for (let tries = 0; tries < maxNotes; tries++) {
      const [now] = await aws.images(place, { by: 'id', ids: [image.id] });
      const own = pullTagsIn(now?.tags ?? {}).find((tag) => tag.run === runInKey(note.run));
      const all = [...new Set([...mine, ...(own?.accounts ?? [])])];
      this.#noted = all;
      if (own === undefined || mine.every((id) => own.accounts.includes(id))) {
        return;
      }
      const tags = pullTagsFor(note, all);
      await aws.perform({ kind: 'set-tags', place, resourceIds: [image.id], tags });
    }
  }

  /** Access with this run's note as this run wrote it. */
  #withOwnNote(access: SourceAccess, note: PullNote): SourceAccess {
    if (this.#noted.length === 0) {
      return access;
    }
    const own = { ...note, run: runInKey(note.run), accounts: this.#noted };
    return { ...access, pullTags: [...access.pullTags.filter(({ run }) => run !== own.run), own] };
  }

  async #look(): Promise<SourceAccess> {
    const { aws } = this.#ports;
    const { image, snapshots } = this.#source;
    const place = { account: image.account, region: image.region };
    const [permissions, ...holders] = await Promise.all([
      aws.launchPermissions(place, image.id),
      ...snapshots.map(
        async ({ id }): Promise<[string, readonly string[]]> => [id, await aws.volumePermissions(place, id)],
      ),
    ]);
    // Notes are written before permissions: read after them, they cannot lack one that a permission rests on.
    const [now] = await aws.images(place, { by: 'id', ids: [image.id] });
    return {
      image: permissions,
      snapshots: new Map(holders),
      pullTags: pullTagsIn(now?.tags ?? image.tags),
    };
  }

  async #lookAs(account: string): Promise<boolean> {
    const { aws } = this.#ports;
    const { image, snapshots } = this.#source;
    const place = { account, region: image.region };
    const ids = snapshots.map((snapshot) => snapshot.id);
    const [images, seen] = await Promise.all([
      aws.images(place, { by: 'id', ids: [image.id] }),
      aws.snapshots(place, { by: 'id', ids }),
    ]);
    return images.length > 0 && ids.every((id) => seen.some((snapshot) => snapshot.id === id));
  }
}

function partition<T>(values: readonly T[], test: (value: T) => boolean): [readonly T[], readonly T[]] {
  return [values.filter(test), values.filter((value) => !test(value))];
}
