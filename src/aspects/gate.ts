import type { Difference, Write } from '../model/difference.ts';
import type { Failure } from '../model/failure.ts';
import type { Observation } from '../model/observation.ts';
import { partsOf } from '../model/origin.ts';
import { type Target, whereOf } from '../model/promotion.ts';
import { compare } from './compare.ts';
import { unknownKey } from './encrypted.ts';
import { inUse } from './in-use.ts';
import { launchable } from './launchable.ts';

/**
 * What keeps a gate shut: everything that a promotion would see to, and what else must hold before anybody relies on an
 * image. Why a missing copy could not be made is a matter of making it, and is not asked here. Pure; nothing but warnings
 * means that the target holds.
 */
export function compareAtGate(target: Target, seen: Observation): readonly Difference[] {
  const isThere = seen.chosen !== undefined;
  const differences = compare(target, seen).filter(
    ({ aspect, mend }) => isThere || mend.kind === 'warning' || aspect !== 'present',
  );
  return [
    ...(isThere ? [] : missing(target, seen)),
    ...differences.map((difference) => exactly(target, seen, inWordsOfGate(difference))),
    ...itself(target, seen),
    ...inUse(target, seen),
    ...launchable(target, seen),
  ];
}

function inWordsOfGate(difference: Difference): Difference {
  const { mend } = difference;
  const cure = mend.kind === 'never' ? cures[mend.failure.code] : undefined;
  return mend.kind === 'never' && cure !== undefined
    ? { ...difference, mend: { kind: 'never', failure: { ...mend.failure, cure } } }
    : difference;
}

/** No promotion takes a permission from a source image; where sharing is to be exact, that one is too much all the same. */
function exactly(target: Target, seen: Observation, difference: Difference): Difference {
  const { aspect, mend } = difference;
  const isTooMuch = target.sharing === 'exact' && aspect === 'shared' && mend.kind === 'warning';
  return isTooMuch && seen.chosen?.inPlace === true
    ? {
        ...difference,
        mend: { kind: 'never', failure: failure(target, 'SharedTooWidely', mend.says, byHand) },
      }
    : difference;
}

const byHand =
  'No promotion takes permissions from a source image: take them away by hand, or leave this place out of the gate.';

/**
 * A copy in the account that the source is read in is not compared with what all of them were made from: somebody who
 * relies on that shall know.
 */
function itself({ source }: Target, { chosen }: Observation): readonly Difference[] {
  const { primary, origin } = source;
  const from = partsOf(origin);
  const image = chosen?.image;
  if (image === undefined || image.account !== primary.account || from.imageId === primary.id) {
    return [];
  }
  const isItself = image.id === primary.id;
  const compared = isItself ? 'with nothing' : `with ${primary.id}, a copy of the same origin`;
  const how =
    from.account === primary.account ? 'name that image in source' : `set source-account: ${from.account}`;
  return [
    {
      aspect: 'equal',
      wanted: `${image.id} compared with ${origin}, which it was made from`,
      found: `compared ${compared}`,
      mend: {
        kind: 'warning',
        says: `${image.id}${isItself ? ' is the source here itself, and' : ''} was compared ${compared}. To compare it with ${origin}, which it was made from, ${how}.`,
      },
    },
  ];
}

function missing(target: Target, seen: Observation): readonly Difference[] {
  const failed = seen.ours.length;
  return [
    {
      aspect: 'present',
      wanted: `a copy of ${target.source.image.id}`,
      found: failed === 0 ? 'nothing' : `nothing but ${failed} failed`,
      mend: {
        kind: 'wait',
        failure: failure(
          target,
          'NotPresent',
          `There is no copy of ${target.source.image.id}${failed === 0 ? '' : `, but ${failed} that failed`}.`,
          waiting,
        ),
      },
    },
    ...(seen.keyProblem === undefined ? [] : [unknownKey('encrypted', seen.keyProblem)]),
  ];
}

/** Why a difference keeps the gate shut; undefined for what is only said, and for remains of failed copies. */
export function shutBy(target: Target, difference: Difference): Failure | undefined {
  const { aspect, mend } = difference;
  switch (mend.kind) {
    case 'warning':
      return undefined;
    case 'never':
      return mend.failure;
    case 'wait':
      return mend.failure ?? notYet(target, difference);
    case 'write':
      return aspect === 'tidy' ? undefined : different(target, difference, mend.writes);
  }
}

/** A promotion that meets these says how to replace the image; a gate looks at images that may be in use. */
const cures: Readonly<Record<string, string>> = {
  WrongKey:
    'Correct kms-key, if it is not the key that this gate should ask for. Otherwise do not release it: no gate mends it, and a promotion with the same inputs says how the image is replaced.',
  NotEqualToSource:
    'Correct source, if it is not the image that this gate should ask for. Otherwise do not release it: no gate mends it, and a promotion with the same inputs says how the image is replaced.',
};

const waiting =
  'Run the promotion, unless one is under way, and give this step more wait-minutes if copies take longer.';

function notYet(target: Target, { aspect, wanted, found }: Difference): Failure {
  return aspect === 'available'
    ? failure(target, 'StillCopying', 'The copy is on its way, and not available yet.', waiting)
    : failure(target, 'NotYetSo', `Wanted: ${wanted}; found: ${found}.`, waiting);
}

/** Of several writes that mend one difference, the first says what it is about. */
function different(target: Target, { wanted, found }: Difference, writes: readonly Write[]): Failure {
  const say = (code: string, meaning: string, input: string) =>
    failure(
      target,
      code,
      meaning,
      `Run the promotion again with the same ${input}: it mends this. Or correct ${input} in this step.`,
    );
  const [first] = writes;
  switch (first?.kind) {
    case 'set-tags':
      return say('TagsDiffer', `Wanted: the tags ${wanted}; found: ${found}.`, 'tags');
    case 'share-image': {
      const lacking = namesOf(writes);
      const meaning = `${first.imageId} is not shared with ${lacking}.`;
      return say('NotShared', meaning, lacking === 'everyone' ? 'public' : 'share-with');
    }
    case 'share-snapshot':
      return say(
        'SnapshotsNotShared',
        `${first.snapshotId} is not shared with ${namesOf(writes)}.`,
        'share-snapshots',
      );
    case 'unshare-image':
      return say('SharedTooWidely', `${first.imageId} is also shared with ${namesOf(writes)}.`, 'sharing');
    case 'unshare-snapshot':
      return say('SharedTooWidely', `${first.snapshotId} is also shared with ${namesOf(writes)}.`, 'sharing');
    case 'require-imds-v2':
      return failure(
        target,
        'ImdsDiffers',
        `${first.imageId} does not require IMDSv2, and its source does.`,
        mends,
      );
    default:
      return failure(target, 'NotAsWanted', `Wanted: ${wanted}; found: ${found}.`, mends);
  }
}

const mends = 'Run the promotion again: it mends this.';

/** Whom writes give a permission, or take it from. */
function namesOf(writes: readonly Write[]): string {
  const ids = writes.flatMap((write): readonly string[] => {
    switch (write.kind) {
      case 'share-image':
        return write.add.map(({ id }) => id);
      case 'share-snapshot':
        return write.add;
      case 'unshare-image':
        return write.remove.map(({ id }) => id);
      case 'unshare-snapshot':
        return write.remove;
      default:
        return [];
    }
  });
  return ids.map((id) => (id === 'all' ? 'everyone' : id)).join(', ');
}

function failure(target: Target, code: string, meaning: string, cure: string): Failure {
  return {
    where: whereOf(target),
    action: 'verify',
    code,
    kind: 'precondition',
    meaning,
    cure,
  };
}
