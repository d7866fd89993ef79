import type { Difference } from '../model/difference.ts';
import type { ConsumerView, Observation } from '../model/observation.ts';
import { type Target, whereOf } from '../model/promotion.ts';
import { allows } from './allowed-images.ts';
import { isPassing, keysUsable } from './keys-usable.ts';
import { type Reason, refusal } from './refusal.ts';
import { includes } from './shared.ts';

/**
 * The consumer can launch the image: its account has the Region, sees the image and allows it to itself, and its role may
 * launch instances and use the key of every snapshot. Nothing is said while nobody looked as the consumer.
 */
export function launchable(target: Target, seen: Observation): readonly Difference[] {
  const { consumer, chosen } = seen;
  if (consumer === undefined || chosen === undefined) {
    return [];
  }
  const facts = { wanted: `${chosen.image.id} launchable by ${consumer.account}`, found: 'not so' };
  const never = (reasons: readonly Reason[]) =>
    reasons.map((reason) => refusal(target, 'launchable', facts, reason));
  if (!consumer.hasRegion) {
    return never([regionOff(target, consumer)]);
  }
  if (!consumer.isVisible) {
    return hidden(target, seen, consumer);
  }
  return [...launch(target, consumer), ...keysUsable(target, consumer)];
}

function regionOff({ region }: Target, { account }: ConsumerView): Reason {
  return {
    code: 'ConsumerRegionOff',
    where: `${account}/${region}`,
    meaning: `The consumer's account ${account} has not enabled the Region ${region}, so nobody there can use an image of it.`,
    cure: `An administrator of ${account} enables it (that takes minutes to hours), or leave ${region} out.`,
    paste: { text: `aws account enable-region --region-name ${region}` },
  };
}

/** Not shared, not allowed, or both: what the consumer's account allows itself tells the one from the other. */
function hidden(target: Target, seen: Observation, consumer: ConsumerView): readonly Difference[] {
  const { account, allowedImages } = consumer;
  const image = seen.chosen?.image ?? target.source.image;
  const facts = { wanted: `${image.id} seen by ${account}`, found: 'no such image there' };
  const isAllowed =
    image.account === account ||
    allowedImages === undefined ||
    'failure' in allowedImages ||
    allows(allowedImages.value, image, seen.at);
  if (!isAllowed) {
    return [
      refusal(target, 'launchable', facts, {
        code: 'NotAllowedByConsumer',
        meaning: `Allowed AMIs is enabled in the consumer's account ${account} for ${target.region}, and ${image.id} of account ${image.account} meets none of its criteria.`,
        cure: `An administrator of ${account} adds a criterion to that setting that the image meets: its account is ${image.account}, its name ${image.name}.`,
      }),
      ...(mayBeMeant(seen, account) ? [] : notShared(target, seen, consumer)),
    ];
  }
  return notShared(target, seen, consumer);
}

/** Whether some launch permission may mean an account: organizations and units cannot be looked into from here. */
function mayBeMeant({ chosen }: Observation, account: string): boolean {
  return (chosen?.permissions ?? []).some(({ kind, id }) => kind !== 'account' || id === account);
}

/** Sharing may be under way, so it is waited for. The owner's view may have said so already. */
function notShared(
  target: Target,
  seen: Observation,
  { account, allowedImages }: ConsumerView,
): readonly Difference[] {
  const id = seen.chosen?.image.id;
  const { permissions } = seen.chosen ?? {};
  const wanted = target.consumers.filter(({ kind, id }) => kind === 'everyone' || id === account);
  if (permissions !== undefined && wanted.some((consumer) => !includes(permissions, consumer))) {
    return [];
  }
  const unread =
    allowedImages !== undefined && 'failure' in allowedImages
      ? ` Whether Allowed AMIs hides it there could not be read (${allowedImages.failure.code}).`
      : '';
  const meant = mayBeMeant(seen, account)
    ? ' It is shared with organizations, units or accounts, and this account seems to be in none of them.'
    : '';
  return [
    {
      aspect: 'launchable',
      wanted: `${id} shared with ${account}`,
      found: 'not visible there',
      mend: {
        kind: 'wait',
        failure: {
          where: whereOf(target),
          action: 'verify',
          code: 'NotSharedWithConsumer',
          kind: 'precondition',
          meaning: `The consumer's account ${account} does not see ${id}: it is not shared with it.${meant}${unread}`,
          cure: `Run the promotion again with ${account}, its organization or its unit in share-with.`,
        },
      },
    },
  ];
}

function launch(target: Target, { role, account, launch: failure }: ConsumerView): readonly Difference[] {
  if (failure === undefined) {
    return [];
  }
  const { code, meaning } = failure;
  const facts = { wanted: `an instance that ${role} may launch`, found: `${code}: ${meaning}` };
  if (isPassing(failure)) {
    return [{ aspect: 'launchable', ...facts, mend: { kind: 'wait', failure } }];
  }
  if (failure.kind !== 'permission' && harmless.includes(code)) {
    const says = `Whether ${role} may launch an instance could not be tried out to the end, for a reason that has nothing to do with the image (${code}): ${meaning}`;
    return [{ aspect: 'launchable', ...facts, mend: { kind: 'warning', says } }];
  }
  return [
    refusal(target, 'launchable', facts, {
      code: 'ConsumerMayNotLaunch',
      where: `${account}/${target.region}`,
      kind: failure.kind,
      meaning: failure.kind === 'permission' ? meaning : `${role} could not launch it (${code}). ${meaning}`,
      cure: failure.cure,
      requestId: failure.requestId,
      paste: failure.paste,
    }),
  ];
}

/** What AWS may say of a plain launch that says nothing of the image: of networks, limits, and types of instances. */
export const harmless: readonly string[] = [
  'DefaultVpcDoesNotExist',
  'InstanceLimitExceeded',
  'InsufficientFreeAddressesInSubnet',
  'InsufficientInstanceCapacity',
  'InvalidParameterCombination',
  'InvalidParameterValue',
  'MaxSpotInstanceCountExceeded',
  'MissingInput',
  'MissingParameter',
  'Unsupported',
  'UnsupportedOperation',
  'VPCIdNotSpecified',
  'VcpuLimitExceeded',
];
