import type { Paste, PolicyOf } from '../model/failure.ts';
import { alwaysEnabledRegions, partitionOf } from '../model/partition.ts';
import { ownTags } from '../model/tags.ts';
import type { Attempted } from './error-row.ts';
import { isInSubject, lacksEnvironment } from './error-trust.ts';

/** The statement that a role's policy lacks for an action, with the narrowest resource as in iam/. */
export function allowing(action: string, attempted: Attempted, said: string): Paste {
  const arn = action === 'sts:AssumeRole' ? attempted.hub : attempted.role;
  return statement({ Effect: 'Allow', ...permission(action, attempted, said) }, { kind: 'role', arn });
}

function permission(action: string, attempted: Attempted, said: string): object {
  const { partition, region } = placeOf(attempted);
  const [images, snapshots] = ['image', 'snapshot'].map((type) => `arn:${partition}:ec2:*::${type}/*`);
  switch (action) {
    case 'ec2:CopyImage':
      return { Action: [action, 'ec2:CreateTags'], Resource: [images, snapshots] };
    case 'ec2:CreateTags':
      return { Action: action, Resource: [images, snapshots] };
    case 'ec2:DeleteTags':
      return {
        Action: action,
        Resource: [images, snapshots],
        Condition: { Null: { 'aws:TagKeys': 'false' } },
      };
    case 'ec2:DeregisterImage':
    case 'ec2:DeleteSnapshot':
      return {
        Action: action,
        Resource: action === 'ec2:DeleteSnapshot' ? snapshots : images,
        Condition: { StringLike: { [`aws:ResourceTag/${ownTags.source}`]: '*' } },
      };
    case 'ec2:ModifyImageAttribute':
      return { Action: action, Resource: images };
    case 'ec2:ModifySnapshotAttribute':
      return { Action: action, Resource: `arn:${partition}:ec2:${region}::snapshot/*` };
    case 'kms:DescribeKey':
    case 'kms:GetKeyPolicy':
    case 'kms:CreateGrant':
    case 'kms:GenerateDataKeyWithoutPlaintext':
    case 'kms:Decrypt':
      return { Action: action, Resource: keyOf(attempted, said) };
    case 'ssm:GetParameter':
      return { Action: action, Resource: parameterOf(attempted, said) };
    case 'ec2:RunInstances':
      return { Action: action, Resource: [images, ...launched(attempted)] };
    case 'sts:AssumeRole':
      return { Action: action, Resource: attempted.role };
    default:
      return { Action: action, Resource: '*' };
  }
}

/** What lets a role share a snapshot under a customer-managed key. */
export function allowingKeyThroughEc2(attempted: Attempted, said: string): Paste {
  return statement(
    {
      Effect: 'Allow',
      Action: ['kms:DescribeKey', 'kms:Decrypt'],
      Resource: keyOf(attempted, said),
      Condition: { StringLike: { 'kms:ViaService': `ec2.*.${placeOf(attempted).dnsSuffix}` } },
    },
    { kind: 'role', arn: attempted.role },
  );
}

/** The statement that the policy of a key lacks. */
export function keyPolicy(action: string, attempted: Attempted, said: string): Paste | undefined {
  // In a key's policy, `*` is the key.
  return lettingIn(action, attempted, { kind: 'key', arn: namedKey(attempted, said) }, '*');
}

/** The statement that the policy of a parameter lacks, which its account shares it with. */
export function parameterPolicy(action: string, attempted: Attempted, said: string): Paste | undefined {
  const arn = parameterOf(attempted, said);
  return lettingIn(action, attempted, { kind: 'parameter', arn }, arn);
}

function lettingIn(action: string, { role }: Attempted, into: PolicyOf, resource: string): Paste | undefined {
  return role.startsWith('arn:')
    ? statement({ Effect: 'Allow', Principal: { AWS: role }, Action: action, Resource: resource }, into)
    : undefined;
}

/** The statement with which a role's trust policy lets the hub role in; the external id is left to the reader. */
export function trustInHub({ role, hub, externalId }: Attempted): Paste | undefined {
  const condition =
    externalId === true ? { Condition: { StringEquals: { 'sts:ExternalId': 'EXTERNAL_ID' } } } : {};
  return hub === undefined
    ? undefined
    : statement(
        { Effect: 'Allow', Principal: { AWS: hub }, Action: 'sts:AssumeRole', ...condition },
        { kind: 'trust', arn: role },
      );
}

/**
 * The statement with which a role's trust policy lets exactly this workflow in. None that would name no environment:
 * it would let in every pull request, or everybody who may push to a branch.
 */
export function trustInWorkflow(attempted: Attempted): Paste | undefined {
  const { presented = {} } = attempted;
  const { iss = githubIssuer, aud, sub, repository_id, environment } = presented;
  const { account, partition } = placeOf(attempted);
  const provider = iss.replace('https://', '');
  // Elsewhere STS may know only the first two.
  const knowsAll = partition === 'aws';
  const claims = { aud, sub, ...(knowsAll ? { repository_id, environment } : {}) };
  const isOpen = knowsAll ? lacksEnvironment(presented) : !isInSubject(presented);
  const conditions = Object.entries(claims).flatMap(([name, value]) =>
    value === undefined ? [] : [[`${provider}:${name}`, value]],
  );
  return aud === undefined || sub === undefined || isOpen
    ? undefined
    : statement(
        {
          Effect: 'Allow',
          Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${provider}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: Object.fromEntries(conditions) },
        },
        { kind: 'trust', arn: attempted.role },
      );
}

const githubIssuer = 'https://token.actions.githubusercontent.com';

/** Two commands: the identity provider for an account that has none, the audience for one that has. */
export function identityProvider(attempted: Attempted): Paste {
  const { account, partition, oidcAudience } = placeOf(attempted);
  const { iss = githubIssuer, aud = oidcAudience } = attempted.presented ?? {};
  const arn = `arn:${partition}:iam::${account}:oidc-provider/${iss.replace('https://', '')}`;
  const commands = [
    `aws iam create-open-id-connect-provider --url ${iss} --client-id-list ${aud}`,
    `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${aud}`,
  ];
  return { text: commands.join('\n') };
}

/** Nothing where the Region is one that every account has. */
export function enableRegion(attempted: Attempted): Paste | undefined {
  const { region } = placeOf(attempted);
  return alwaysEnabledRegions.includes(region)
    ? undefined
    : { text: `aws account enable-region --region-name ${region}` };
}

/** A command of the AWS CLI in the Region where it was tried. */
export function inRegion(command: string): (attempted: Attempted) => Paste {
  return (attempted) => ({ text: `aws ${command} --region ${placeOf(attempted).region}` });
}

/** What the quotas of that account and Region are, with the codes that an increase is asked for with. */
export const listQuotas = inRegion(
  `service-quotas list-service-quotas --service-code ec2 --query "Quotas[?contains(QuotaName, 'AMI')].[QuotaName,QuotaCode,Value]" --output table`,
);

/** The command that shows which tags the organization asks of the account. */
export function showTagPolicy(attempted: Attempted): Paste {
  const { account } = placeOf(attempted);
  return {
    text: `aws organizations describe-effective-policy --policy-type TAG_POLICY --target-id ${account}`,
  };
}

function placeOf({ where }: Attempted) {
  const [account = '', region = ''] = where.split('/');
  const {
    id = 'aws',
    dnsSuffix = 'amazonaws.com',
    oidcAudience = 'sts.amazonaws.com',
  } = partitionOf(region) ?? {};
  return { account, region, partition: id, dnsSuffix, oidcAudience };
}

/** The key that was named, or that AWS's text names; else every key of that account and Region. */
function keyOf(attempted: Attempted, said: string): string {
  const { account, partition, region } = placeOf(attempted);
  return namedKey(attempted, said) ?? `arn:${partition}:kms:${region}:${account}:key/*`;
}

function namedKey({ resource = '' }: Attempted, said: string): string | undefined {
  const form = /arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+/;
  return (form.exec(resource) ?? form.exec(said))?.[0];
}

/** The parameter that was asked for, or that AWS's text names; else every one of that account and Region. */
function parameterOf(attempted: Attempted, said: string): string {
  const form = /arn:[\w-]+:ssm:[\w-]+:\d{12}:parameter\/[\w./-]+/;
  const { account, partition, region } = placeOf(attempted);
  const [named] = form.exec(attempted.resource ?? '') ?? form.exec(said) ?? [];
  return named ?? `arn:${partition}:ssm:${region}:${account}:parameter/*`;
}

/** What a launch makes and uses beside the image. */
function launched(attempted: Attempted): readonly string[] {
  const { account, partition } = placeOf(attempted);
  return ['instance', 'volume', 'network-interface', 'subnet', 'security-group'].map(
    (type) => `arn:${partition}:ec2:*:${account}:${type}/*`,
  );
}

function statement(content: object, into: PolicyOf): Paste {
  return { text: JSON.stringify(content, undefined, 2), into };
}
