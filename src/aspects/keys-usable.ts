import type { Difference } from '../model/difference.ts';
import type { Failure, PolicyOf } from '../model/failure.ts';
import type { ConsumerView, KeyDenial } from '../model/observation.ts';
import type { Target } from '../model/promotion.ts';
import { throughEc2Only } from './key-policy.ts';
import { type Reason, refusal } from './refusal.ts';

/** The consumer's role may use the key of every snapshot, as a launch does. */
export function keysUsable(target: Target, consumer: ConsumerView): readonly Difference[] {
  const keys = [...Map.groupBy(consumer.keys, ({ keyArn }) => keyArn).values()];
  return keys.flatMap((denials) => ofKey(target, consumer, denials));
}

/** An answer that did not come is waited for, and so is an image that AWS has not shown everywhere yet. */
export function isPassing({ kind, code }: Failure): boolean {
  return (
    ['transient', 'throttle', 'expired'].includes(kind) ||
    code === 'InvalidAMIID.NotFound' ||
    code === 'InvalidAMIID.Unavailable'
  );
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
    const failure = [denial.failure, unread].find((one) => one !== undefined && isPassing(one));
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

function wordsOf(denials: readonly KeyDenial[], { role }: ConsumerView): string {
  return `${usesOf(denials)} on ${denials[0]?.keyArn} for ${role}`;
}

function usesOf(denials: readonly KeyDenial[]): string {
  return denials.map(({ use }) => use).join(', ');
}

/** Told once: AWS's words for it are left out where it named the policy, and ours say the same. */
function lacks(
  consumer: ConsumerView,
  { keyArn, failure, policy }: KeyDenial,
  denials: readonly KeyDenial[],
): Reason {
  const denier = denierOf(denials);
  const unread =
    denier !== 'role' && policy !== undefined && 'failure' in policy
      ? ` The key's policy could not be read (${policy.failure.code}), so whether it allows this through EC2 is not known.`
      : '';
  const needs = `${consumer.role} cannot launch it without ${usesOf(denials)} on ${keyArn}, the key of the image`;
  return {
    code: 'ConsumerLacksKey',
    kind: 'permission',
    meaning: `${denier === undefined ? `${needs}. ${failure.meaning}` : `${needs}, and ${policies[denier]} not allow that.`}${unread}`,
    cure: isMissing(failure) ? allowing(denier, consumer) : failure.cure,
    requestId: failure.requestId,
    paste: failure.paste?.into && {
      text: JSON.stringify(statementFor(failure.paste.into, consumer.account, keyArn, denials), undefined, 2),
      into: failure.paste.into,
    },
  };
}

const policies = { role: 'its own policies do', resource: "the key's policy does" } as const;

/** The policy that lacks a statement for all that was denied; undefined where AWS names none, or several, or a Deny. */
function denierOf(denials: readonly KeyDenial[]): keyof typeof policies | undefined {
  const [denier, ...others] = new Set(denials.map(({ failure }) => failure.deniedBy));
  const isOne = others.length === 0 && denials.every(({ failure }) => isMissing(failure));
  return isOne && denier !== 'above' ? denier : undefined;
}

/** A statement is missing somewhere: else something forbids it, or it is no denial, and AWS's answer says who mends that. */
function isMissing({ kind, paste }: Failure): boolean {
  return kind === 'permission' && paste !== undefined;
}

function allowing(denier: keyof typeof policies | undefined, { account }: ConsumerView): string {
  const uses = launchUses.join(', ');
  switch (denier) {
    case 'role':
      return `An administrator of ${account} allows the role the use of that key (iam/consumer-policy.json).`;
    case 'resource':
      return `The owner of that key lets ${account} use it in the key's policy (${uses}).`;
    default:
      return `The owner of that key lets ${account} use it in the key's policy (${uses}), and an administrator of ${account} allows the role the same (iam/consumer-policy.json).`;
  }
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
