import type { Difference } from '../model/difference.ts';
import type { Failure } from '../model/failure.ts';
import type { Fact, Observation } from '../model/observation.ts';
import type { Target } from '../model/promotion.ts';

/** AWS's limits as they are unless AWS raised them for an account. */
const limits = { pendingCopies: 300, launchPermissions: 1000, timeBasedMibPerSecond: 2000 };

/** What is worth knowing before a copy is made, and no reason not to make it. */
export function reservations(target: Target, seen: Observation): readonly Difference[] {
  return [
    deprecated(target, seen),
    manyPending(seen),
    manyConsumers(target),
    lateCompletion(target),
    unread('Allowed AMIs of the pulling account', seen.facts.allowedImages),
    unread('block public access', seen.facts.publicSharing),
    unread('the copies under way', seen.facts.pendingImages),
    ...seen.facts.unreadKeys.map(unreadKey),
  ].flatMap((said) =>
    said === undefined
      ? []
      : [
          {
            aspect: 'present' as const,
            wanted: said.wanted,
            found: said.found,
            mend: { kind: 'warning' as const, says: said.says },
          },
        ],
  );
}

type Said = Pick<Difference, 'wanted' | 'found'> & { readonly says: string };

function deprecated({ source }: Target, { at }: Observation): Said | undefined {
  const date = source.image.deprecated;
  return date === undefined || Date.parse(date) > at
    ? undefined
    : {
        wanted: 'a source image in use',
        found: `${source.image.id} is deprecated since ${date}`,
        says: `The source image ${source.image.id} is deprecated since ${date}.`,
      };
}

function manyPending({ facts: { pendingImages } }: Observation): Said | undefined {
  return pendingImages !== undefined &&
    'value' in pendingImages &&
    pendingImages.value >= limits.pendingCopies
    ? {
        wanted: `fewer than ${limits.pendingCopies} copies under way there, which is AWS's limit`,
        found: `${pendingImages.value}: this copy waits until one of them has ended`,
        says: `${pendingImages.value} copies are under way there, and AWS takes ${limits.pendingCopies}: this copy waits until one of them has ended.`,
      }
    : undefined;
}

function manyConsumers({ consumers }: Target): Said | undefined {
  return consumers.length <= limits.launchPermissions
    ? undefined
    : {
        wanted: `at most ${limits.launchPermissions} consumers, which is AWS's limit unless it was raised`,
        found: `${consumers.length}: sharing fails unless that account has a higher limit`,
        says: `The image is to be shared with ${consumers.length} consumers, and AWS allows ${limits.launchPermissions}: sharing fails unless that account has a higher limit.`,
      };
}

function lateCompletion({ source, completionMinutes }: Target): Said | undefined {
  if (completionMinutes === undefined) {
    return undefined;
  }
  const gib = source.snapshots.reduce((sum, { dataGiB, sizeGiB }) => sum + (dataGiB ?? sizeGiB), 0);
  const rate = Math.ceil((gib * 1024) / (completionMinutes * 60));
  return rate <= limits.timeBasedMibPerSecond
    ? undefined
    : {
        wanted: `${Math.ceil(gib)} GiB copied in ${completionMinutes} minutes`,
        found: `that takes ${rate} MiB/s, and AWS gives ${limits.timeBasedMibPerSecond} MiB/s from one Region to another unless it was raised: the copy ends later`,
        says: `To copy ${Math.ceil(gib)} GiB in ${completionMinutes} minutes takes ${rate} MiB/s, and AWS gives ${limits.timeBasedMibPerSecond} MiB/s from one Region to another unless it was raised: the copy ends later.`,
      };
}

/** Another role may copy than the one that plans. */
function unreadKey({ code, meaning }: Failure): Said {
  return {
    wanted: "the key of the source's snapshots looked at by the role that plans",
    found: `it is not readable (${code}): ${meaning} Whether the role that promotes may use it is told by the promotion; to have the plan tell it, let the key policy give the plan's role kms:DescribeKey`,
    says: `This role cannot look at the key of the source's snapshots (${code}): ${meaning} Whether the role that promotes may use it is told by the promotion; to have the plan tell it, let the key policy give the plan's role kms:DescribeKey.`,
  };
}

function unread(what: string, fact: Fact<unknown> | undefined): Said | undefined {
  return fact !== undefined && 'failure' in fact
    ? {
        wanted: `${what}, looked at beforehand`,
        found: `not readable (${fact.failure.code} from ${fact.failure.action})`,
        says: `${what.charAt(0).toUpperCase()}${what.slice(1)} could not be looked at beforehand (${fact.failure.code} from ${fact.failure.action}).`,
      }
    : undefined;
}
