import { isOver } from '../aspects/close.ts';
import { openingWrites } from '../aspects/open.ts';
import { pullTagsFor, pullTagsIn } from '../aspects/pull-tags.ts';
import type { Write } from '../model/difference.ts';
import { Failed } from '../model/failure.ts';
import type { Tags } from '../model/image.ts';
import { visibilityLagMs, writeLagMs } from '../model/lags.ts';
import type { PullTag, SourceAccess } from '../model/observation.ts';
import type { Opened } from '../model/outcome.ts';
import type { PullNote, SourceImage } from '../model/promotion.ts';
import {
  closeSource,
  type Ending,
  keepSource,
  listedStill,
  type Noted,
  type PerformAll,
  stillOpen,
} from './closing.ts';
import type { Performer } from './performer.ts';
import type { Patience, Ports } from './ports.ts';
import { isSeenBy, readAccess } from './source-access.ts';
import { together } from './together.ts';

const lookAgainMs = 2_000;
/** How often a note is extended, because other runs opened the source meanwhile. */
const maxNotes = 5;
const newsTravelsMs = 10_000;

/**
 * The source image as pulling accounts reach it: who may read it, opening it, whether each sees it, and closing it
 * again. One door per source image; openings are made one after the other, each on a fresh look, because the note on
 * the source is one tag for all accounts of the run.
 */
export class Door {
  readonly #source: SourceImage;
  readonly #ports: Ports;
  readonly #performer: Performer;
  readonly #freshMs: number;
  readonly #seenBy = new Map<string, Promise<boolean>>();
  readonly #opened: Set<string>;
  /** What this run's note lists: reads may not show it yet when the next account is added. */
  #noted: Noted | undefined;
  #access: { readonly at: number; readonly answer: Promise<SourceAccess> } | undefined;
  #opening: Promise<void> = Promise.resolve();
  #openedAt = Number.NEGATIVE_INFINITY;
  readonly #waitsSince = new Map<string, number>();
  #ending: Ending = stillOpen;

  /** `noted`: the note that this run wrote already, where another process of the step did. */
  constructor(source: SourceImage, ports: Ports, performer: Performer, freshMs: number, noted?: Noted) {
    this.#source = source;
    this.#ports = ports;
    this.#performer = performer;
    this.#noted = noted;
    this.#opened = new Set(noted?.note.accounts);
    this.#freshMs = freshMs;
  }

  /** Who may read the source; all targets of one round share one look. */
  access(): Promise<SourceAccess> {
    const now = this.#ports.clock.now();
    if (this.#access === undefined || now - this.#access.at >= this.#freshMs) {
      const access = { at: now, answer: readAccess(this.#source, this.#ports.aws) };
      this.#access = access;
      access.answer.catch(() => {
        this.#access = this.#access === access ? undefined : this.#access;
      });
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

  /** Tries out with DryRun what would open image and snapshots for accounts, and take the note off again; raises `Failed`. */
  async rehearse(accounts: readonly string[], note: PullNote): Promise<void> {
    const access = this.#withOwnNote(await this.access());
    const writes = openingWrites(this.#source, access, accounts, note);
    const closes: Write[] = writes.flatMap((write) =>
      write.kind === 'set-tags' ? [{ ...write, kind: 'remove-tags' }] : [],
    );
    await together([...writes, ...closes].map((write) => this.#ports.aws.rehearse(write)));
  }

  /** Whether the account's role sees the image and every snapshot by now. Once seen, seen for the run. */
  async seenBy(account: string): Promise<boolean> {
    const asked = this.#seenBy.get(account);
    if (asked !== undefined) {
      return asked;
    }
    const answer = isSeenBy(account, this.#source, this.#ports.aws);
    this.#seenBy.set(account, answer);
    try {
      const seen = await answer;
      if (seen) {
        this.#waitsSince.delete(account);
      } else {
        this.#seenBy.delete(account);
      }
      return seen;
    } catch (error) {
      this.#seenBy.delete(account);
      throw error;
    }
  }

  /** What was seen as an account is looked at again; false where it was never seen so, and nothing can have been lost. */
  forget(account: string): boolean {
    this.#access = undefined;
    return this.#seenBy.delete(account);
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
    return this.#opened.size === 0
      ? undefined
      : {
          imageId: id,
          snapshotIds: this.#source.snapshots.map((snapshot) => snapshot.id),
          region,
          note: this.#noted === undefined ? {} : tagsOf(this.#noted.note),
          accounts: [...this.#opened].sort(),
          ...this.#ending,
        };
  }

  /** Whether anything is noted on the source that is to be closed, as far as that is known without a look. */
  needsClosing(alsoOthers: boolean): boolean {
    const now = this.#ports.clock.now();
    const isAnyOver = pullTagsIn(this.#source.image.tags).some((tag) => isOver(tag, now));
    return this.#noted !== undefined || (alsoOthers && isAnyOver);
  }

  /**
   * Closes image and snapshots for the accounts that this run opened them for, and with `alsoOthers` for those of
   * notes whose deadline is over, unless a note still in force lists them. Never raises AWS's failures: they are told
   * in `opened`.
   */
  close(note: PullNote, alsoOthers: boolean): Promise<void> {
    return this.#end(async () => {
      const own = await listedStill(this.#source, this.#noted, this.#ports);
      return closeSource(this.#source, own, { run: note.run, alsoOthers }, this.#performAll, this.#ports);
    });
  }

  /** Leaves open for good what this run opened: its accounts come off every note. Never raises AWS's failures. */
  keep(note: PullNote): Promise<void> {
    const accounts = this.#noted?.note.accounts ?? [];
    return this.#end(() => keepSource(this.#source, accounts, note.run, this.#performAll, this.#ports));
  }

  async #end(work: () => Promise<Ending>): Promise<void> {
    await this.#opening;
    try {
      this.#ending = await work();
      this.#noted = undefined;
      this.#access = undefined;
    } catch (error) {
      if (!(error instanceof Failed)) {
        throw error;
      }
      const { code, meaning } = error.failure;
      this.#ports.reporter.trace(error);
      this.#ports.reporter.line(`Source ${this.#source.image.id} could not be closed: ${meaning} (${code})`);
      this.#ending = { ...stillOpen, failure: error.failure };
    }
  }

  async #openNow(accounts: readonly string[], note: PullNote): Promise<boolean> {
    const { clock, reporter } = this.#ports;
    if (
      clock.now() - this.#openedAt < writeLagMs &&
      accounts.every((id) => this.#noted?.note.accounts.includes(id))
    ) {
      return false;
    }
    this.#ending = stillOpen;
    let writes = openingWrites(this.#source, this.#withOwnNote(await this.access()), accounts, note);
    for (let tries = 0; tries < maxNotes && writes.some(isNote); tries++) {
      await this.#noteDown(writes.filter(isNote));
      // Permissions are given on what is read after the note: from then on no run closes them under this one.
      writes = openingWrites(
        this.#source,
        this.#withOwnNote(await readAccess(this.#source, this.#ports.aws)),
        accounts,
        note,
      );
    }
    const permissions = writes.filter((write) => !isNote(write));
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
    this.#access = undefined;
    await this.#performAll(permissions);
    this.#openedAt = clock.now();
    if (added.length > 0) {
      const { id } = this.#source.image;
      reporter.line(`Opened source ${id} and its snapshots to ${[...new Set(added)].sort().join(', ')}.`);
    }
    return true;
  }

  async #noteDown(notes: readonly Write[]): Promise<void> {
    const [note] = notes.flatMap((write) => (write.kind === 'set-tags' ? pullTagsIn(write.tags) : []));
    this.#noted = note && { note, at: this.#ports.clock.now() };
    await this.#performAll(notes);
  }

  readonly #performAll: PerformAll = async (writes) => {
    await together(writes.map((write) => this.#performer.perform(write, { target: null })));
  };

  /** Access with this run's note as this run wrote it. */
  #withOwnNote(access: SourceAccess): SourceAccess {
    const own = this.#noted?.note;
    return own === undefined
      ? access
      : { ...access, pullTags: [...access.pullTags.filter(({ run }) => run !== own.run), own] };
  }
}

function tagsOf(note: PullTag): Tags {
  return pullTagsFor(note, note.accounts, note.only);
}

function isNote({ kind }: Write): boolean {
  return kind === 'set-tags';
}
