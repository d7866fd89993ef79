import type { PolicyOf } from '../model/failure.ts';
import { alwaysEnabledRegions, partitionOf } from '../model/partition.ts';
import { ownTags } from '../model/tags.ts';
import type { Attempted } from './error-row.ts';

/** The statement that a role's policy lacks for an action, with the narrowest resource as in iam/. */
export function allowing(action: string, attempted: Attempted, said: string): string {
  return statement({ Effect: 'Allow', ...permission(action, attempted, said) });
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
export function allowingKeyThroughEc2(attempted: Attempted, said: string): string {
  return statement({
    Effect: 'Allow',
    Action: ['kms:DescribeKey', 'kms:Decrypt'],
    Resource: keyOf(attempted, said),
    Condition: { StringLike: { 'kms:ViaService': `ec2.*.${placeOf(attempted).dnsSuffix}` } },
  });
}

/** The statement that a key policy lacks. */
export function keyPolicy(action: string, { role }: Attempted): string | undefined {
  return role.startsWith('arn:')
    ? statement({ Effect: 'Allow', Principal: { AWS: role }, Action: action, Resource: '*' })
    : undefined;
}

/** The policy that a statement made here is for; undefined for a command. */
export function policyFor(paste: string, attempted: Attempted, said: string): PolicyOf | undefined {
  const { action, role, hub } = attempted;
  if (!paste.startsWith('{')) {
    return undefined;
  }
  if (!paste.includes('"Principal"')) {
    return { kind: 'role', arn: action === 'sts:AssumeRole' ? hub : role };
  }
  switch (action.split(':')[0]) {
    case 'sts':
      return { kind: 'trust', arn: role };
    case 'ssm':
      return { kind: 'parameter', arn: undefined };
    default: {
      const key = keyOf(attempted, said);
      return { kind: 'key', arn: key.endsWith('*') ? undefined : key };
    }
  }
}

/** The statement with which a role's trust policy lets the hub role in; the external id is left to the reader. */
export function trustInHub({ hub, externalId }: Attempted): string | undefined {
  return hub === undefined
    ? undefined
    : statement({
        Effect: 'Allow',
        Principal: { AWS: hub },
        Action: 'sts:AssumeRole',
        ...(externalId === true ? { Condition: { StringEquals: { 'sts:ExternalId': 'EXTERNAL_ID' } } } : {}),
      });
}

/** The statement with which a role's trust policy lets exactly this workflow in. */
export function trustInWorkflow(attempted: Attempted): string | undefined {
  const { iss = githubIssuer, aud, sub, repository_id, environment } = attempted.presented ?? {};
  const { account, partition } = placeOf(attempted);
  const provider = iss.replace('https://', '');
  // Elsewhere STS may know only the first two.
  const claims = { aud, sub, ...(partition === 'aws' ? { repository_id, environment } : {}) };
  const conditions = Object.entries(claims).flatMap(([name, value]) =>
    value === undefined ? [] : [[`${provider}:${name}`, value]],
  );
  return aud === undefined || sub === undefined
    ? undefined
    : statement({
        Effect: 'Allow',
        Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${provider}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: Object.fromEntries(conditions) },
      });
}

const githubIssuer = 'https://token.actions.githubusercontent.com';

/** Two commands: the identity provider for an account that has none, the audience for one that has. */
export function identityProvider(attempted: Attempted): string {
  const { account, partition, oidcAudience } = placeOf(attempted);
  const { iss = githubIssuer, aud = oidcAudience } = attempted.presented ?? {};
  const arn = `arn:${partition}:iam::${account}:oidc-provider/${iss.replace('https://', '')}`;
  return [
    `aws iam create-open-id-connect-provider --url ${iss} --client-id-list ${aud}`,
    `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${aud}`,
  ].join('\n');
}

/** Nothing where the Region is one that every account has. */
export function enableRegion(attempted: Attempted): string | undefined {
  const { region } = placeOf(attempted);
  return alwaysEnabledRegions.includes(region)
    ? undefined
    : `aws account enable-region --region-name ${region}`;
}

/** A command of the AWS CLI in the Region where it was tried. */
export function inRegion(command: string): (attempted: Attempted) => string {
  return (attempted) => `aws ${command} --region ${placeOf(attempted).region}`;
}

/** What the quotas of that account and Region are, with the codes that an increase is asked for with. */
export const listQuotas = inRegion(
  `service-quotas list-service-quotas --service-code ec2 --query "Quotas[?contains(QuotaName, 'AMI')].[QuotaName,QuotaCode,Value]" --output table`,
);

export function showTagPolicy(attempted: Attempted): string {
  return `aws organizations describe-effective-policy --policy-type TAG_POLICY --target-id ${placeOf(attempted).account}`;
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
  const form = /arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+/;
  const { account, partition, region } = placeOf(attempted);
  const [named] = form.exec(attempted.resource ?? '') ?? form.exec(said) ?? [];
  return named ?? `arn:${partition}:kms:${region}:${account}:key/*`;
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

function statement(content: object): string {
  return JSON.stringify(content, undefined, 2);
}
