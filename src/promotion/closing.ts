import { closing, over, overWrites } from '../aspects/close.ts';
import { noteTags, pullTagsFor, pullTagsIn, releaseWrites, runInKey } from '../aspects/pull-tags.ts';
import type { Write } from '../model/difference.ts';
import type { Tags } from '../model/image.ts';
import { writeLagMs } from '../model/lags.ts';
import type { PullTag } from '../model/observation.ts';
import type { Opened } from '../model/outcome.ts';
import type { SourceImage } from '../model/promotion.ts';
import type { Ports } from './ports.ts';
import { readAccess } from './source-access.ts';

/** What became of a source that was opened. */
export type Ending = Pick<Opened, 'state' | 'leftToOthers' | 'failure'>;

/** Nobody has closed it yet, and nothing went wrong. */
export const stillOpen: Ending = { state: 'open', leftToOthers: [], failure: undefined };

/** The note that this run wrote last, and when, in epoch milliseconds. */
export interface Noted {
  readonly note: PullTag;
  readonly at: number;
}

export type PerformAll = (writes: readonly Write[]) => Promise<void>;

/** The own note without the accounts that somebody took off it, because they want their permission for good. */
export async function listedStill(
  { image }: SourceImage,
  noted: Noted | undefined,
  { aws, clock }: Ports,
): Promise<PullTag | undefined> {
  if (noted === undefined || clock.now() - noted.at < writeLagMs) {
    return noted?.note;
  }
  const { note } = noted;
  const [now] = await aws.images(image, { by: 'id', ids: [image.id] });
  const shown = pullTagsIn(now?.tags ?? {}).find(({ run }) => run === note.run);
  return shown === undefined
    ? note
    : { ...note, accounts: note.accounts.filter((id) => shown.accounts.includes(id)) };
}

/** Closes a source for the accounts of the own note, if there is one, and perhaps of others that are over. */
export async function closeSource(
  source: SourceImage,
  own: PullTag | undefined,
  { run, alsoOthers }: { readonly run: string; readonly alsoOthers: boolean },
  performAll: PerformAll,
  { aws, clock, reporter }: Ports,
): Promise<Ending> {
  if (own !== undefined) {
    await performAll(overWrites(source, own));
  }
  const access = await readAccess(source, aws);
  const ended = own === undefined ? {} : pullTagsFor({ ...own, deadline: over }, own.accounts, own.only);
  const tags: Tags = { ...access.tags, ...ended };
  const seen = { ...access, tags, pullTags: pullTagsIn(tags) };
  const { accounts, permissions, notes, leftToOthers } = closing(source, seen, run, clock.now(), alsoOthers);
  await performAll(permissions);
  await performAll(notes);
  if (accounts.length > 0) {
    reporter.line(`Closed source ${source.image.id} and its snapshots to ${accounts.join(', ')}.`);
  }
  if (leftToOthers.length > 0) {
    reporter.line(
      `Source ${source.image.id} stays open to ${leftToOthers.join(', ')}: a run that is not over noted that it needs that.`,
    );
  }
  return { state: leftToOthers.length === 0 ? 'closed' : 'open', leftToOthers, failure: undefined };
}

/** Takes accounts off every note, so that nobody closes the source for them, and the own note off the source. */
export async function keepSource(
  { image }: SourceImage,
  accounts: readonly string[],
  run: string,
  performAll: PerformAll,
  { aws }: Ports,
): Promise<Ending> {
  const [now] = await aws.images(image, { by: 'id', ids: [image.id] });
  const tags = now?.tags ?? image.tags;
  const own = noteTags(tags, [runInKey(run)]);
  const others = Object.fromEntries(Object.entries(tags).filter(([key]) => !(key in own)));
  const on = { place: { account: image.account, region: image.region }, resourceIds: [image.id] };
  await performAll([
    ...releaseWrites(image, others, accounts),
    ...(Object.keys(own).length === 0 ? [] : [{ kind: 'remove-tags', ...on, tags: own } as const]),
  ]);
  return { state: 'kept', leftToOthers: [], failure: undefined };
}
