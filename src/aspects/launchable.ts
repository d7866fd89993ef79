import type { Difference } from '../model/difference.ts';
import type { Failure, PolicyOf } from '../model/failure.ts';
import type { ConsumerView, KeyDenial, Observation } from '../model/observation.ts';
import type { Target } from '../model/promotion.ts';
import { allows } from './allowed-images.ts';
import { throughEc2Only } from './key-policy.ts';
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
  const keys = [...Map.groupBy(consumer.keys, ({ keyArn }) => keyArn).values()];
  return [...launch(target, consumer), ...keys.flatMap((denials) => ofKey(target, consumer, denials))];
}

function regionOff({ region }: Target, { account }: ConsumerView): Reason {
  return {
    code: 'ConsumerRegionOff',
    meaning: `The consumer's account ${account} has not enabled the Region ${region}, so nobody there can use an image of it.`,
    cure: `An administrator of ${account} enables it (that takes minutes to hours), or leave ${region} out.`,
    paste: { text: `aws account enable-region --account-id ${account} --region-name ${region}` },
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
        cure: `An administrator of ${account} adds ${image.account} to the image providers of that setting.`,
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
          where: `${target.owner.name}/${target.region}`,
          action: 'verify',
          code: 'NotSharedWithConsumer',
          requestId: undefined,
          kind: 'precondition',
          meaning: `The consumer's account ${account} does not see ${id}: it is not shared with it.${meant}${unread}`,
          cure: `Run the promotion again with ${account}, its organization or its unit in share-with.`,
        },
      },
    },
  ];
}

function launch(target: Target, { role, launch: failure }: ConsumerView): readonly Difference[] {
  if (failure === undefined) {
    return [];
  }
  const { code, meaning } = failure;
  const facts = { wanted: `an instance that ${role} may launch`, found: `${code}: ${meaning}` };
  if (mayPass(failure)) {
    return [{ aspect: 'launchable', ...facts, mend: { kind: 'wait', failure } }];
  }
  if (failure.kind !== 'permission' && harmless.includes(code)) {
    const says = `Whether ${role} may launch an instance could not be tried out to the end, for a reason that has nothing to do with the image (${code}): ${meaning}`;
    return [{ aspect: 'launchable', ...facts, mend: { kind: 'warning', says } }];
  }
  return [
    refusal(target, 'launchable', facts, {
      code: 'ConsumerMayNotLaunch',
      kind: failure.kind,
      meaning: failure.kind === 'permission' ? meaning : `${role} could not launch it (${code}). ${meaning}`,
      cure: failure.cure,
      requestId: failure.requestId,
      paste: failure.paste,
    }),
  ];
}

/**
 * What the trials of one key come to. A key that EC2 alone may use for the consumer refuses them, and would not refuse the
 * launch: that is only said.
 */
function ofKey(target: Target, consumer: ConsumerView, denials: readonly KeyDenial[]): readonly Difference[] {
  // What denies the role as such denies it what EC2 does on its behalf, too.
  const isExplained = ({ policy, use, failure }: KeyDenial) =>
    failure.kind === 'permission' &&
    (failure.deniedBy ?? 'resource') === 'resource' &&
    policy !== undefined &&
    'value' in policy &&
    throughEc2Only(policy.value, { ...consumer, region: target.region, use });
  const explained = denials.filter(isExplained);
  const late = denials.flatMap((denial) => {
    const unread =
      denial.policy !== undefined && 'failure' in denial.policy ? denial.policy.failure : undefined;
    const failure = [denial.failure, unread].find((one) => one !== undefined && mayPass(one));
    return failure === undefined ? [] : [{ denial, failure }];
  });
  const lacking = denials.filter(
    (denial) => !explained.includes(denial) && !late.some((one) => one.denial === denial),
  );
  const [first] = lacking;
  return [
    ...(first === undefined
      ? []
      : [
          refusal(
            target,
            'launchable',
            { wanted: wordsOf(lacking, consumer), found: first.failure.code },
            lacks(consumer, first, lacking),
          ),
        ]),
    ...late.map(
      ({ denial, failure }): Difference => ({
        aspect: 'launchable',
        wanted: wordsOf([denial], consumer),
        found: `${failure.code}: ${failure.meaning}`,
        mend: { kind: 'wait', failure },
      }),
    ),
    ...(explained.length === 0
      ? []
      : [
          {
            aspect: 'launchable',
            wanted: wordsOf(explained, consumer),
            found:
              "denied to the role itself; the key's policy allows it through EC2 only, which a launch goes through and no trial can, if the role's own policies allow it too",
            mend: { kind: 'warning', says: throughEc2(explained, consumer) },
          } as const,
        ]),
  ];
}

function throughEc2(denials: readonly KeyDenial[], { role }: ConsumerView): string {
  return `${role} was denied ${usesOf(denials)} on ${denials[0]?.keyArn}, the key of the image: its policy allows that through EC2 only, as a launch goes and no trial can. A launch works if the role's own policies allow it, too.`;
}

/** An answer that did not come is waited for, and so is an image that AWS has not shown everywhere yet. */
function mayPass({ kind, code }: Failure): boolean {
  return (
    ['transient', 'throttle', 'expired'].includes(kind) ||
    code === 'InvalidAMIID.NotFound' ||
    code === 'InvalidAMIID.Unavailable'
  );
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

function wordsOf(denials: readonly KeyDenial[], { role }: ConsumerView): string {
  return `${usesOf(denials)} on ${denials[0]?.keyArn} for ${role}`;
}

function usesOf(denials: readonly KeyDenial[]): string {
  return denials.map(({ use }) => use).join(', ');
}

function lacks(
  { role, account }: ConsumerView,
  { keyArn, failure, policy }: KeyDenial,
  denials: readonly KeyDenial[],
): Reason {
  const unread =
    policy !== undefined && 'failure' in policy
      ? ` The key's policy could not be read (${policy.failure.code}), so whether it allows this through EC2 is not known.`
      : '';
  return {
    code: 'ConsumerLacksKey',
    kind: 'permission',
    meaning: `${role} may not do ${usesOf(denials)} on ${keyArn}, the key of the image: it cannot launch it. ${failure.meaning}${unread}`,
    cure: `The owner of that key lets ${account} use it in the key's policy (${launchUses.join(', ')}), and an administrator of ${account} allows the role the same (iam/consumer-policy.json).`,
    requestId: failure.requestId,
    paste: failure.paste?.into && {
      text: JSON.stringify(statementFor(failure.paste.into, account, keyArn, denials), undefined, 2),
      into: failure.paste.into,
    },
  };
}

/**
 * For a key's policy, what lets everybody whom the account allows it launch from images under the key; for the role's own
 * policies, all that was denied it.
 */
function statementFor(
  { kind }: PolicyOf,
  account: string,
  keyArn: string,
  denials: readonly KeyDenial[],
): object {
  const partition = keyArn.split(':')[1];
  return kind === 'key'
    ? {
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: launchUses,
        Resource: '*',
      }
    : { Effect: 'Allow', Action: denials.map(({ use }) => use), Resource: keyArn };
}

/** What a launch from an image under a customer-managed key needs (EBS encryption, "Sharing a KMS key"). */
const launchUses = [
  'kms:DescribeKey',
  'kms:Decrypt',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncrypt*',
  'kms:CreateGrant',
];
