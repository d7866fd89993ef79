import type { Difference } from '../model/difference.ts';
import type { Image } from '../model/image.ts';
import type { Observation } from '../model/observation.ts';
import { partsOf } from '../model/origin.ts';
import type { Target } from '../model/promotion.ts';
import { maxTags, ownTags } from '../model/tags.ts';
import { nameFault } from '../model/template.ts';
import { unknownKey } from './encrypted.ts';
import { type Reason, refusal } from './refusal.ts';
import { isSource } from './selection.ts';
import { unreachableSource } from './unreachable.ts';
import { becomesPublic, unshareable } from './unshareable.ts';

/** Why a copy that is missing must not be made: all that can be known before the first write. */
export function refusals(target: Target, seen: Observation): readonly Difference[] {
  return [
    ...refuse(target, [
      sourceState(target),
      illegalName(target),
      nameTaken(target, seen),
      encryptedByDefault(target, seen),
      unusableKey(target, seen),
      tooManyTags(target),
      completionTooShort(target),
      ...unreachableSource(target, seen),
    ]),
    ...contradictions(target, seen),
  ];
}

/** Why what is wanted can never be, whoever made the copy: a copy under way is not worth waiting for either. */
export function contradictions(target: Target, seen: Observation): readonly Difference[] {
  return [
    ...(seen.keyProblem === undefined ? [] : [unknownKey('present', seen.keyProblem)]),
    ...refuse(target, [
      encryptedSourceWithoutKey(target),
      managedSourceKeyWithPull(target),
      ...unshareable(target, seen),
    ]),
  ];
}

function refuse(target: Target, reasons: readonly (Reason | undefined)[]): readonly Difference[] {
  const facts = { wanted: `a copy of ${target.source.image.id}`, found: 'nothing that can become one' };
  return reasons.flatMap((reason) =>
    reason === undefined ? [] : [refusal(target, 'present', facts, reason)],
  );
}

function sourceState(target: Target): Reason | undefined {
  const { id, state, stateReason, region } = target.source.image;
  if (state === 'available') {
    return undefined;
  }
  return {
    code: 'SourceNotAvailable',
    meaning: `The source image ${id} is ${state}${stateReason === undefined ? '' : ` (${stateReason})`}, and AWS copies only what is available.`,
    cure:
      state === 'disabled'
        ? `Enable it (aws ec2 enable-image --region ${region} --image-id ${id}), or name another image in source.`
        : 'Build the image again and name the new one in source.',
  };
}

function illegalName(target: Target): Reason | undefined {
  const fault = nameFault(target.name);
  return fault === undefined
    ? undefined
    : {
        code: 'NameNotLegal',
        meaning: `The name "${target.name}" ${fault}.`,
        cure: 'Change the input name, or what it takes from the source image.',
      };
}

function nameTaken(target: Target, seen: Observation): Reason | undefined {
  const known: readonly Image[] = [...seen.ours, ...seen.candidates];
  const stranger = seen.namesakes.find(
    (image) =>
      image.state !== 'deregistered' && !isSource(image, target) && !known.some((own) => own.id === image.id),
  );
  if (stranger === undefined) {
    return undefined;
  }
  const isOrigin = partsOf(target.source.origin).imageId === stranger.id;
  const isOfPromotion = stranger.tags[ownTags.source] !== undefined;
  return {
    code: 'NameTaken',
    kind: 'conflict',
    meaning: `The name "${target.name}" is held in ${target.owner.name} by ${stranger.id}, ${isOrigin ? 'the image that this source is a copy of' : 'which was not made from this source'}.`,
    cure: isOrigin
      ? 'Leave this place out, because it has the image itself, or give the copies another name (input name).'
      : `Give the copies another name (input name, with {date} or {sha} in it)${isOfPromotion ? ': another promotion made that image' : ', or deregister that image if nobody needs it'}.`,
  };
}

function encryptedSourceWithoutKey(target: Target): Reason | undefined {
  return target.key.kind === 'none' && isEncrypted(target) && !becomesPublic(target)
    ? {
        code: 'EncryptedSourceNeedsKey',
        meaning: `The source image ${target.source.image.id} has encrypted snapshots, and a copy of them cannot be unencrypted.`,
        cure: 'Set kms-key to the key that the copies shall be under, for example alias/ami, or ebs-default.',
      }
    : undefined;
}

function encryptedByDefault(target: Target, seen: Observation): Reason | undefined {
  return target.key.kind === 'none' && seen.encryptsByDefault === true
    ? {
        code: 'RegionEncryptsByDefault',
        meaning:
          'The account encrypts every new snapshot in that Region by default, so the copy would land on a key that nobody named.',
        cure: becomesPublic(target)
          ? `A public image cannot be encrypted: an administrator of ${target.owner.name} turns that default off there, or set public: false.`
          : 'Set kms-key: ebs-default to accept that default key, or name a key.',
      }
    : undefined;
}

/** Why EBS could not use the wanted key. */
export function unusableKey({ owner, region }: Target, { key }: Observation): Reason | undefined {
  if (key === undefined) {
    return undefined;
  }
  const { arn, state, spec, usage } = key;
  const unfit = [
    ...(state === 'Enabled' ? [] : [state]),
    ...(spec === 'SYMMETRIC_DEFAULT' ? [] : [`of the spec ${spec}`]),
    ...(usage === 'ENCRYPT_DECRYPT' ? [] : [`for ${usage}`]),
  ];
  return unfit.length === 0
    ? undefined
    : {
        code: 'KeyNotUsable',
        meaning: `${arn}, the key that the copy shall be under, is ${unfit.join(', ')}: EBS takes only an enabled symmetric key for encryption.`,
        cure: `${state === 'Disabled' ? `An administrator of ${owner.name} enables it, or name` : 'Name'} another key in kms-key.`,
        ...(state === 'Disabled'
          ? { paste: { text: `aws kms enable-key --region ${region} --key-id ${arn}` } }
          : {}),
      };
}

function managedSourceKeyWithPull(target: Target): Reason | undefined {
  const managed = [...target.source.keys.values()].find((key) => key.manager === 'AWS');
  return target.pull !== undefined && managed !== undefined
    ? {
        code: 'ManagedSourceKeyCannotBePulled',
        meaning: `The source image is under ${managed.arn}, which is managed by AWS: no other account can ever read it.`,
        cure: 'Copy the source image under a customer-managed key in its own account first (accounts: home), and promote that copy.',
      }
    : undefined;
}

function tooManyTags(target: Target): Reason | undefined {
  const count = Object.keys(target.birthTags.image).length + 1;
  return count > maxTags
    ? {
        code: 'TooManyTags',
        kind: 'quota',
        meaning: `A copy would carry ${count} tags: the source's, those of the input tags, and three of ours. AWS allows ${maxTags}.`,
        cure: 'Set copy-tags: false, or remove tags from the source image.',
      }
    : undefined;
}

/** AWS: a snapshot's data is copied at 500 MiB/s at most, whatever is paid; that limit cannot be raised. */
function completionTooShort(target: Target): Reason | undefined {
  const { completionMinutes, source } = target;
  const largest = Math.max(0, ...source.snapshots.map(({ dataGiB }) => dataGiB ?? 0));
  const needed = Math.ceil((largest * 1024) / mibPerSecond / 60 / 15) * 15;
  return completionMinutes === undefined || completionMinutes >= needed
    ? undefined
    : {
        code: 'CompletionTooShort',
        kind: 'quota',
        meaning: `A snapshot with ${Math.ceil(largest)} GiB of data cannot be copied in ${completionMinutes} minutes: AWS copies one at ${mibPerSecond} MiB/s at most.`,
        cure: `Set copy-completion-minutes to ${needed} or more, or to none.`,
      };
}

const mibPerSecond = 500;

function isEncrypted(target: Target): boolean {
  return target.source.snapshots.some((snapshot) => snapshot.encrypted);
}
