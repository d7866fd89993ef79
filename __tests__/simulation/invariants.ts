import { shown } from '../../simulator/lagging.ts';
import type { SimulatedImage, SimulatedSnapshot, World } from '../../simulator/world.ts';
import { isOver } from '../../src/aspects/close.ts';
import { pullTagsIn } from '../../src/aspects/pull-tags.ts';
import { isVerified, type Outcome } from '../../src/model/outcome.ts';
import { type Target, titleOf } from '../../src/model/promotion.ts';
import { ownTags } from '../../src/model/tags.ts';
import { sourceIdsOf } from '../support/builders.ts';
import { home, keyArnOf, sourceRegion } from '../support/organization.ts';
import { allowedChanges } from './changes.ts';
import { type Made, wasTouchedByOthers } from './made.ts';
import type { Chapter } from './play.ts';
import type { Told } from './step.ts';
import {
  holderOf,
  isLagging,
  isLive,
  orphansIn,
  permissionsOf,
  snapshotIdsOf,
  standingOf,
} from './things.ts';

/** What is promised whatever happens, after any number of runs that were killed, cancelled, met at any call. */
export function everyPromise(chapter: Chapter, tokens: readonly string[]): readonly string[] {
  return [
    ...twoLiveCopies(chapter),
    ...bare(chapter),
    ...changedWithoutBeingAsked(chapter),
    ...notRolledBack(chapter),
    ...toldSecrets(chapter, tokens),
    ...notDelivered(chapter),
    ...chapter.world.complaints.map(
      (complaint) => `the simulator was asked what it does not know: ${complaint}`,
    ),
  ];
}

/** 1. At most one live copy per target made by us; one more for a copy whose tags somebody took. */
function twoLiveCopies({ after, beginning, history }: Chapter): readonly string[] {
  const most = wasStripped(history) ? 2 : 1;
  const copies = [...after.images.values()].filter(
    (image) => isLive(image) && image.tags.has(ownTags.source) && !beginning.images.has(image.id),
  );
  const byTarget = Map.groupBy(copies, (image) => placeOf(image));
  return [...byTarget].flatMap(([place, some]) =>
    some.length > most ? [`1: ${place} has live copies ${some.map(({ id }) => id).join(' and ')}`] : [],
  );
}

function wasStripped({ acts }: Chapter['history']): boolean {
  return JSON.stringify(acts).includes('strip-copy');
}

function placeOf({ account, region, tags }: SimulatedImage): string {
  return `${account}/${region} of ${tags.get(ownTags.source)}`;
}

/** 2. Nothing of ours is without its tags. */
function bare({ after, beginning, history }: Chapter): readonly string[] {
  const own = [ownTags.source, ownTags.attempt, ownTags.run];
  const made = [...after.snapshots.values(), ...after.images.values()].filter(
    ({ id }) => !beginning.images.has(id) && !beginning.snapshots.has(id),
  );
  return made
    .filter(({ tags }) => !wasStripped(history) && own.some((key) => !tags.has(key)))
    .map(({ id }) => `2: ${id} lacks tags of ours`);
}

/** 2. No snapshot of ours is without its image, except while pending, or where that was told since; as far as anybody looked. */
export function untold({ after, told: runs }: Chapter, told: ReadonlyMap<string, string>): readonly string[] {
  const places = runs.flatMap(({ promotion }) => promotion.placements);
  return orphansIn(after)
    .flatMap((id) => after.snapshots.get(id) ?? [])
    .filter(({ account, region }) => places.some((at) => at.owner.id === account && at.region === region))
    .filter(({ id }) => !told.get(id)?.includes(id))
    .map(({ id, state }) => `2: ${id} (${state}) has no image, and nothing was ever told of it`);
}

/** 3. An outcome that is told as promoted is true, at the moment it is decided. */
export function landedUntrue(
  world: World,
  told: Told,
  outcome: Outcome,
  made: readonly Made[],
  meddled: ReadonlySet<string>,
): readonly string[] {
  if (
    !isVerified(outcome) ||
    meddled.has(outcome.image.id) ||
    wasTouchedByOthers(outcome.image.id, told, made)
  ) {
    return [];
  }
  const { target } = outcome;
  const say = (what: string) => `3: ${titleOf(target)} is told as ${outcome.state}, and ${what}`;
  const image = world.images.get(outcome.image.id);
  if (image === undefined || image.state !== 'available') {
    return [say(`${outcome.image.id} is ${image?.state ?? 'not there'}`)];
  }
  const snapshots = snapshotIdsOf(image).flatMap((id) => world.snapshots.get(id) ?? []);
  const wantedKey = target.key.kind === 'none' ? undefined : keyArnOf(image.account, image.region);
  const permissions = shown(image.launchPermissions, world.clock.now());
  const ids = permissions.map((one) => (one.kind === 'everyone' ? 'all' : one.id));
  const consumers = target.consumers.map(({ id }) => id);
  const copiers = target.shareSnapshots ? target.consumers.filter(({ kind }) => kind === 'account') : [];
  const isExact = target.sharing === 'exact' && !outcome.image.inPlace;
  return [
    ...(image.account === target.owner.id && image.region === target.region ? [] : ['it is elsewhere']),
    ...snapshots.filter(({ key }) => key !== wantedKey).map(({ id, key }) => `${id} is under ${key}`),
    ...(snapshots.length === target.source.snapshots.length ? [] : ['snapshots are missing']),
    ...[image, ...snapshots]
      .filter(({ tags }) => Object.entries(target.tags).some(([key, value]) => tags.get(key) !== value))
      .map(({ id }) => `${id} is not tagged as wanted`),
    ...(outcome.image.inPlace || image.tags.get(ownTags.source) === target.source.origin
      ? []
      : ['it does not carry our tag']),
    ...consumers.filter((id) => !ids.includes(id)).map((id) => `it is not shared with ${id}`),
    ...(isExact ? ids.filter((id) => !consumers.includes(id)).map((id) => `it is shared with ${id}`) : []),
    ...snapshots.flatMap((snapshot) =>
      notShared(
        snapshot,
        copiers.map(({ id }) => id),
        world,
      ),
    ),
  ].map(say);
}

function notShared(
  { id, createVolumePermissions }: SimulatedSnapshot,
  accounts: readonly string[],
  world: World,
): readonly string[] {
  const holders = shown(createVolumePermissions, world.clock.now());
  return accounts
    .filter((account) => !holders.includes(account))
    .map((account) => `${id} is not shared with ${account}`);
}

/** 4. Nothing that existed before was changed or removed but for what was asked. */
function changedWithoutBeingAsked(chapter: Chapter): readonly string[] {
  return allowedChanges(chapter).map((sentence) => `4: ${sentence}`);
}

/** 5. After a rollback the world is as before, but for what was told as not undone. */
function notRolledBack(chapter: Chapter): readonly string[] {
  const { after, told } = chapter;
  return told.flatMap((one) => {
    const { finished, result, made, run } = one;
    const rollback = finished?.rollback ?? result?.rollback;
    if (rollback === undefined) {
      return [];
    }
    const opened = [...(finished?.opened ?? []), ...(result?.opened ?? [])];
    const stillOpen = opened.filter(({ state, leftToOthers }) => state === 'open' || leftToOthers.length > 0);
    const left = JSON.stringify([rollback.left, stillOpen]);
    const isLost = (where: string) =>
      rollback.left.some(
        ({ target, what }) => target.endsWith(` × ${where}`) && what.startsWith('a copy of'),
      );
    const untold = [...made]
      .flatMap((id) => after.images.get(id) ?? [])
      .filter(({ id, region }) => !left.includes(id) && !isLost(region));
    const snapshots = untold.flatMap(snapshotIdsOf).flatMap((id) => after.snapshots.get(id) ?? []);
    return [
      ...[...untold, ...snapshots]
        .filter(({ id, state }) => state !== 'deregistered' && !left.includes(id))
        .map(({ id, state }) => `5: ${id} (${state}) of ${run.process} is left after its rollback, untold`),
      ...(told.length === 1 ? changedByRollback(chapter, left) : []),
    ];
  });
}

/** What was there before a run that was rolled back and that nobody else was beside. */
function changedByRollback({ before, after, meddled }: Chapter, left: string): readonly string[] {
  const things = [...before.images.values(), ...before.snapshots.values()];
  // Whoever closes a source closes it for runs that died, too.
  const dead = [...before.images.values()].filter(({ tags }) =>
    pullTagsIn(Object.fromEntries(tags)).some((note) => isOver(note, before.at)),
  );
  const closed = dead.flatMap((image) => [image.id, ...snapshotIdsOf(image)]);
  return things
    .filter(
      (was) =>
        !meddled.has(was.id) && !closed.includes(was.id) && !left.includes(was.id) && was.state !== 'failed',
    )
    .filter((was) => !isLagging(was, before.at) && holderOf(before, was.id)?.state !== 'failed')
    .flatMap((was) => {
      const now = after.images.get(was.id) ?? after.snapshots.get(was.id);
      const same = now !== undefined && standingOf(was) === standingOf(now);
      return same || was.state === 'error' ? [] : [`5: ${was.id} is not as it was before the rollback`];
    });
}

/** 6. Nothing that was opened on a source stays open once no pull target of any run is pending. */
export function stillOpen(chapter: Chapter, told: readonly Told[]): readonly string[] {
  const { after, beginning } = chapter;
  const kept = told
    .filter(({ promotion }) => promotion.keepSourceAccess)
    .flatMap(({ promotion }) => promotion.owners.map(({ id }) => id));
  const wanted = told.flatMap(({ promotion }) =>
    promotion.placements.flatMap(({ consumers }) => consumers.map(({ id }) => id)),
  );
  const stays = new Set([...kept, ...wanted]);
  return told
    .flatMap(({ promotion }) => sourceIdsOf(promotion))
    .filter((id, index, all) => all.indexOf(id) === index)
    .flatMap((id) => {
      const [first, last] = [beginning.images.get(id), after.images.get(id)];
      if (first === undefined || last === undefined) {
        return [`4: the source ${id} is gone`];
      }
      const opened = permissionsOf(last).filter((one) => !permissionsOf(first).includes(one));
      const snapshots = snapshotIdsOf(last).flatMap((snapshotId) => {
        const before = beginning.snapshots.get(snapshotId)?.createVolumePermissions.current ?? [];
        const now = after.snapshots.get(snapshotId)?.createVolumePermissions.current ?? [];
        return now
          .filter((account) => !before.includes(account) && !stays.has(account))
          .map((account) => `6: ${snapshotId} of the source is still open to ${account}`);
      });
      const notes = pullTagsIn(Object.fromEntries(last.tags));
      return [
        ...opened.filter((one) => !stays.has(one)).map((one) => `6: ${id} is still open to ${one}`),
        ...snapshots,
        ...notes.map(({ run }) => `6: ${id} still carries the note of ${run}`),
      ];
    });
}

/** 6. Nothing is closed under a run that needs it: one whose note the closing process could have read. */
export function closedUnderAnother(world: World, made: readonly Made[]): readonly string[] {
  const last = made.at(-1);
  const closes = ['ModifyImageAttribute', 'ModifySnapshotAttribute'].includes(last?.call.action ?? '');
  if (last === undefined || !closes || last.call.code !== 'ok' || !isAtSource(last)) {
    return [];
  }
  const asked = JSON.stringify(last.call.params);
  const [, removed = ''] = asked.split('"Remove"');
  const isRead = ({ process, call }: Made) =>
    process === last.process && call.action === 'DescribeImages' && isAtSource({ process, call });
  const read = made.findLastIndex(isRead);
  const now = world.clock.now();
  return [...world.images.values()]
    .filter(({ id, devices }) => asked.includes(id) || JSON.stringify(devices).includes(idIn(asked)))
    .flatMap((source) => pullTagsIn(Object.fromEntries(source.tags)))
    .filter(({ run, deadline, accounts }) => {
      const written = made.findIndex(
        ({ call }) =>
          call.action === 'CreateTags' && call.code === 'ok' && JSON.stringify(call.params).includes(run),
      );
      const isForced = Date.parse(deadline) > now && !run.endsWith(last.process);
      return isForced && written < read && accounts.some((account) => removed.includes(account));
    })
    .map(({ run }) => `6: ${last.process} closes the source under ${run}: ${removed}`);
}

function isAtSource({ call }: Made): boolean {
  return call.account === home && call.region === sourceRegion;
}

function idIn(asked: string): string {
  return /snap-[0-9a-f]{17}/.exec(asked)?.[0] ?? 'no snapshot';
}

/** 7. Once faults stop, a run promotes every target that its world allows. */
export function notPromoted({ told, history, after }: Chapter): readonly string[] {
  return told.flatMap(({ result }) => {
    const failures = result?.failures ?? [];
    const missing = (result?.outcomes ?? []).filter(
      (outcome) => !isVerified(outcome) && !history.impossible.includes(spotOf(outcome.target)),
    );
    return [
      ...failures.map(({ code, meaning }) => `7: the last run fails: ${code} ${meaning}`),
      ...missing.map((outcome) => `7: ${titleOf(outcome.target)} is ${outcome.state}: ${whyOf(outcome)}`),
      ...(after.images.size === 0 ? ['7: there is nothing'] : []),
    ];
  });
}

export function spotOf({ source, owner, region }: Target): string {
  return `${source.image.id} ${owner.id} ${region}`;
}

function whyOf(outcome: Outcome): string {
  return 'failure' in outcome ? `${outcome.failure.code}: ${outcome.failure.meaning}` : '';
}

/** 7. A run after one that promoted everything writes nothing; what AWS refuses, because another image has it, is nothing. */
export function writesAgain(made: readonly Made[]): readonly string[] {
  return made
    .filter(({ call }) => call.mutating && call.code !== 'InvalidSnapshot.InUse')
    .map(({ call }) => `7: ${call.action} is called again: ${JSON.stringify(call.params).slice(0, 150)}`);
}

/** 8. No secret in any text. */
function toldSecrets({ told, world }: Chapter, tokens: readonly string[]): readonly string[] {
  const text = told.flatMap(({ texts }) => texts).join('\n');
  return [...world.secrets, ...tokens].some((secret) => text.includes(secret))
    ? ['8: a secret was told']
    : [];
}

/** Every target has an outcome, and `post` ends before it is ended by force. */
function notDelivered({ told }: Chapter): readonly string[] {
  return told.flatMap(({ result, promotion, spans }) => {
    const wanted = promotion.sources.length * promotion.placements.length;
    const count = result?.outcomes.length ?? wanted;
    const late = spans.filter(({ what, from, to }) => what === 'post' && to - from > 5 * 60_000);
    return [
      ...(count === wanted || result?.failures.length || result?.interrupted
        ? []
        : [`only ${count} of ${wanted} outcomes`]),
      ...late.map(({ from, to }) => `post took ${(to - from) / 1000} s`),
    ];
  });
}
