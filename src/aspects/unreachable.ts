import type { Failure } from '../model/failure.ts';
import type { Observation } from '../model/observation.ts';
import { actorOf, type Target } from '../model/promotion.ts';
import { allows } from './allowed-images.ts';
import type { Reason } from './refusal.ts';

/** Why the role that copies could not read the source image: its codes, its keys, and what the account allows itself. */
export function unreachableSource(target: Target, seen: Observation): readonly Reason[] {
  return [
    ...(target.pull === undefined ? [] : [...billed(target), ...notAllowed(target, seen)]),
    ...lockedKeys(target, seen),
  ];
}

/** Usage operations of platforms that nobody bills by the image: Linux, and those that bring their own licence. */
const unbilled: readonly (string | undefined)[] = [
  undefined,
  'RunInstances',
  'RunInstances:00g0',
  'RunInstances:0800',
];

/** AWS: images with product codes of the Marketplace or with billing codes are copied only by their owner. */
function billed({ source, owner }: Target): readonly Reason[] {
  const { id, productCodes, platformDetails = 'another platform', usageOperation } = source.image;
  const cure = `Keep it in its own account (accounts: home) and share it, or launch it in ${owner.name} and create an image from that instance.`;
  if (productCodes.some(({ type }) => type === 'marketplace')) {
    const meaning = `${id} carries a product code of the AWS Marketplace, and such an image cannot be copied to another account.`;
    return [{ code: 'MarketplaceCannotBePulled', meaning, cure }];
  }
  return unbilled.includes(usageOperation)
    ? []
    : [
        {
          code: 'BilledCannotBePulled',
          meaning: `${id} is billed as ${platformDetails} (${usageOperation}), and an image with billing codes cannot be copied to another account.`,
          cure,
        },
      ];
}

function notAllowed({ source, owner }: Target, seen: Observation): readonly Reason[] {
  const { allowedImages } = seen.facts;
  if (
    allowedImages === undefined ||
    'failure' in allowedImages ||
    allows(allowedImages.value, source.image, seen.at)
  ) {
    return [];
  }
  const { account, id, region } = source.image;
  return [
    {
      code: 'ImageNotAllowed',
      meaning: `Allowed AMIs is enabled in ${owner.name} for ${region}, and ${id} of account ${account} meets none of its criteria: that account can neither see nor copy it.`,
      cure: `An administrator of ${owner.name} adds ${account} to the image providers of that setting.`,
      paste: { text: allowing(account, region) },
    },
  ];
}

/** Keeps the criteria that are there: AWS only replaces all of them. */
function allowing(account: string, region: string): string {
  const all = `aws ec2 get-allowed-images-settings --region ${region} --output json --query "[ImageCriteria, [{ImageProviders: ['${account}']}]][]"`;
  return `aws ec2 replace-image-criteria-in-allowed-images-settings --region ${region} --image-criteria "$(${all})"`;
}

function lockedKeys(target: Target, seen: Observation): readonly Reason[] {
  return [...seen.facts.sourceKeys].flatMap(([arn, fact]): readonly Reason[] => {
    if ('failure' in fact) {
      const { code, kind, meaning, requestId } = fact.failure;
      const said = `${actorOf(target.owner)} cannot look at ${arn}, the key of the source's snapshots (${code}): ${meaning}`;
      return [
        {
          code: 'SourceKeyNotReadable',
          kind,
          requestId,
          meaning: said,
          ...unlocking(target, arn, fact.failure),
        },
      ];
    }
    return fact.value.state === 'Enabled'
      ? []
      : [unusable(arn, fact.value.state, target.source.image.region)];
  });
}

function unlocking({ owner, pull }: Target, arn: string, failure: Failure): Pick<Reason, 'cure' | 'paste'> {
  switch (failure.kind) {
    case 'permission':
      return {
        cure: `The owner of that key adds iam/source-key-policy-statements.json to its key policy, and ${owner.name} the matching statements of iam/${pull === undefined ? 'home' : 'owner'}-policy.json to the role.`,
        paste:
          failure.deniedBy === 'role'
            ? failure.paste
            : { text: keyStatements(owner, arn), into: { kind: 'key', arn } },
      };
    case 'precondition':
      return { cure: 'Name another image in source: nobody can read snapshots whose key does not exist.' };
    default:
      return { cure: failure.cure };
  }
}

function unusable(arn: string, state: string, region: string): Reason {
  const enable = `aws kms enable-key --region ${region} --key-id ${arn}`;
  const reason = {
    code: 'SourceKeyNotUsable',
    meaning: `${arn}, the key of the source's snapshots, is ${state}: nobody can read them.`,
  };
  switch (state) {
    case 'Disabled':
      return { ...reason, cure: 'The owner of that key enables it.', paste: { text: enable } };
    case 'PendingDeletion':
      return {
        ...reason,
        cure: 'The owner of that key cancels its deletion, and enables it.',
        paste: { text: `aws kms cancel-key-deletion --region ${region} --key-id ${arn}\n${enable}` },
      };
    default:
      return {
        ...reason,
        cure: 'The owner of that key makes it usable again, or name another image in source.',
      };
  }
}

/** The two statements of iam/source-key-policy-statements.json for this owner, as a key policy lists them. */
function keyStatements({ id, roleArn }: Target['owner'], keyArn: string): string {
  const partition = keyArn.split(':')[1];
  const role = { Effect: 'Allow', Principal: { AWS: roleArn ?? `arn:${partition}:iam::${id}:root` } };
  return [
    {
      Sid: 'PullingAccountsReadTheSource',
      ...role,
      Action: ['kms:DescribeKey', 'kms:Decrypt', 'kms:ReEncryptFrom'],
      Resource: '*',
    },
    {
      Sid: 'PullingAccountsGrantItToEc2',
      ...role,
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ]
    .map((statement) => JSON.stringify(statement, undefined, 2))
    .join(',\n');
}
