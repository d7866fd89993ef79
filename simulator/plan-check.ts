import type { Plan, PlannedWrite, PlanTarget } from '../src/model/plan.ts';
import type { GitHubJob } from './oidc/job.ts';
import { copied, imdsRequired, noted, removed, shared, sorted, tagged, unshared } from './plan-words.ts';
import type { CallRecord } from './record.ts';
import { changesOf } from './record-changes.ts';

/** What was changed in AWS beside what a plan says, each change in words: of one principal, tag or copy. */
export interface Comparison {
  readonly agreed: readonly string[];
  /** Planned and not made. */
  readonly missing: readonly string[];
  /** Made and not planned. */
  readonly surplus: readonly string[];
}

/** The plan in a file, as it speaks of one job: with what was left open until a run makes it true. */
export function planFor(text: string, { repository, runId, runAttempt, sha }: GitHubJob): Plan {
  const values = { run: `${repository}/${runId}/${runAttempt}`, 'run-id': runId, repository, sha };
  return JSON.parse(
    Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text),
  );
}

/**
 * Compares the calls that changed something with a plan for the same job. Ids that the plan cannot know are those
 * of new images and snapshots; attempt numbers and tokens are not in it. Pure.
 */
export function againstPlan(plan: Plan, calls: readonly CallRecord[]): Comparison {
  const known = new Set(JSON.stringify(plan).match(/(?:ami|snap)-[0-9a-f]+/g));
  const made = calls
    .filter(({ code }) => code === 'ok')
    .flatMap((call) => changesOf(call, (id) => (known.has(id) ? id : fresh)));
  const { due, possible } = changesIn(plan);
  const surplus = without(made, due);
  return {
    agreed: without(made, surplus),
    missing: without(due, made),
    surplus: without(surplus, possible),
  };
}

const fresh = 'a new one';

/** What a plan says that shall be changed, and what may be if it turns out to be needed. */
function changesIn({ sources, targets }: Plan): { due: readonly string[]; possible: readonly string[] } {
  const places = new Map(sources.map(({ id, account, region }) => [id, `${account}/${region}`]));
  const writes = targets
    .filter(({ state }) => state !== 'blocked')
    .flatMap((target) => target.writes.map((write) => ({ target, write })));
  const openings = writes.flatMap(({ write }) =>
    write.kind === 'open-source' ? opening(write, places.get(write.imageId) ?? '') : [],
  );
  const closings = sources.flatMap(({ id }) => {
    const of = writes.flatMap(({ write }) =>
      write.kind === 'open-source' && write.imageId === id ? [write] : [],
    );
    return of.length === 0 ? [] : closing(of, places.get(id) ?? '');
  });
  const others = writes.filter(({ write }) => write.kind !== 'open-source');
  const isPossible = ({ write }: (typeof writes)[number]) => 'ifNeeded' in write && write.ifNeeded;
  const changes = (some: typeof writes) => some.flatMap(({ target, write }) => planned(target, write));
  return {
    due: [...new Set(openings), ...changes(others.filter((one) => !isPossible(one)))],
    possible: [...changes(others.filter(isPossible)), ...closings],
  };
}

/** Targets share what opens the source to their owner, and its note. */
function opening(
  { imageId, snapshotIds, account }: Extract<PlannedWrite, { kind: 'open-source' }>,
  place: string,
): readonly string[] {
  return [noted(place, imageId), ...[imageId, ...snapshotIds].map((id) => shared(place, id, account))];
}

/** What is opened is closed again: the note is rewritten as over and taken off, and each account loses its access. */
function closing(
  writes: readonly Extract<PlannedWrite, { kind: 'open-source' }>[],
  place: string,
): readonly string[] {
  const taken = writes.flatMap(({ imageId, snapshotIds, account }) => [
    noted(place, imageId),
    ...[imageId, ...snapshotIds].map((id) => unshared(place, id, account)),
  ]);
  const [first] = writes;
  return [...new Set(taken), ...(first === undefined ? [] : [noted(place, first.imageId)])];
}

function planned({ account, region }: PlanTarget, write: PlannedWrite): readonly string[] {
  const place = `${account}/${region}`;
  switch (write.kind) {
    case 'open-source':
      return [];
    case 'copy-image': {
      const { kind, sizeGiB, imageTags, snapshotTags, ...copy } = write;
      return [copied(place, { ...copy, imageTags: sorted(imageTags), snapshotTags: sorted(snapshotTags) })];
    }
    case 'set-tags':
      return write.resourceIds.flatMap((id) =>
        Object.entries(write.tags).map(([key, value]) => tagged(place, id, key, value)),
      );
    case 'share-image':
      return write.add.map((principal) => shared(place, write.imageId ?? fresh, principal));
    case 'share-snapshot':
      return write.add.map((principal) => shared(place, write.snapshotId ?? fresh, principal));
    case 'unshare-image':
      return write.remove.map((principal) => unshared(place, write.imageId, principal));
    case 'unshare-snapshot':
      return write.remove.map((principal) => unshared(place, write.snapshotId, principal));
    case 'remove-failed-copy':
      return write.imageId === null ? [] : [removed(place, write.imageId)];
    case 'keep-open':
      return [noted(place, write.imageId)];
    case 'require-imds-v2':
      return [imdsRequired(place, write.imageId ?? fresh)];
  }
}

/** What is left when each of `others` takes away one that is equal to it. */
function without(changes: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return changes.filter((change) => {
    const at = left.indexOf(change);
    if (at >= 0) {
      left.splice(at, 1);
    }
    return at < 0;
  });
}
