import { parsePolicy } from '../../simulator/iam/evaluate.ts';
import type { PolicySource } from '../../simulator/iam/policy.ts';
import type { World } from '../../simulator/world.ts';
import { type Draft, isInPlace, type Spot } from './drafts.ts';
import { home, sourceRegion } from './organization.ts';

/**
 * When something shows: problems of an earlier rank may hide those of a later one. The negative ones stop the step
 * before there are targets; `later` is what nobody can know before the first write.
 */
export const ranks = {
  homeSession: -4,
  homeRegions: -3,
  sourceDenied: -2.5,
  source: -2,
  sourceParts: -1,
  session: 1,
  regions: 2,
  region: 2.5,
  silence: 3,
  reading: 4,
  looking: 5,
  /** AWS shows of a failed image neither name nor volumes, so whatever is wrong with those. */
  failedSource: 5.5,
  refusal: 6,
  trial: 7,
  tagPolicy: 8,
  later: 9,
} as const;

/** What a misconfiguration leads to at a place. */
export interface Effect {
  readonly rank: number;
  readonly code: string;
}

export type DeniedBy = 'a service control policy' | 'a permissions boundary' | 'a policy of the role';

/** Denies an action to the role of an account, in one Region or everywhere. */
export function deny(world: World, by: DeniedBy, account: string, action: string, region?: string): void {
  const owner = world.accounts.get(account);
  const role = owner?.roles.get('ami-promotion');
  if (owner === undefined || role === undefined) {
    return;
  }
  const Condition = region === undefined ? {} : { StringEquals: { 'aws:RequestedRegion': region } };
  const denied = policy({ Effect: 'Deny', Action: action, Resource: '*', Condition });
  const full = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
  switch (by) {
    case 'a service control policy':
      owner.serviceControlPolicies = [...(owner.serviceControlPolicies ?? [full]), denied];
      break;
    case 'a permissions boundary':
      role.boundary = joined(role.boundary ?? full, denied);
      break;
    case 'a policy of the role':
      role.policies = [...role.policies, denied];
      break;
  }
}

function policy(Statement: object): PolicySource {
  return parsePolicy('planted', { Version: '2012-10-17', Statement });
}

function joined(one: PolicySource, other: PolicySource): PolicySource {
  const statements = [...one.document.statements, ...other.document.statements];
  return { ...one, document: { ...one.document, statements } };
}

/** The actions that a Region may deny. */
export const regional = [
  'ec2:CopyImage',
  'ec2:CreateTags',
  'ec2:DeleteTags',
  'ec2:ModifyImageAttribute',
  'ec2:ModifySnapshotAttribute',
  'ec2:DescribeImages',
  'ec2:DescribeSnapshots',
  'ec2:DescribeImageAttribute',
  'ec2:DescribeSnapshotAttribute',
  'ec2:GetEbsDefaultKmsKeyId',
  'ec2:GetEbsEncryptionByDefault',
  'ec2:GetAllowedImagesSettings',
  'ec2:GetImageBlockPublicAccessState',
  'kms:DescribeKey',
] as const;

/** What comes of it at a place that an account may not do something in a Region. */
export function effectOfDenial(
  draft: Draft,
  action: (typeof regional)[number],
  denied: Spot,
  spot: Spot,
): Effect | undefined {
  const rank = rankOf(draft, action, denied, spot);
  const isKey = action === 'kms:DescribeKey';
  return rank === undefined
    ? undefined
    : { rank, code: isKey ? 'AccessDeniedException' : 'UnauthorizedOperation' };
}

/** What else comes of it: who may not look at keys may not look at the source's either. */
export function sideEffectOfDenial(
  draft: Draft,
  action: string,
  denied: Spot,
  spot: Spot,
): Effect | undefined {
  const isSourceKey = action === 'kms:DescribeKey' && denied.region === sourceRegion && draft.encrypted;
  return isSourceKey && denied.account === spot.account && !isInPlace(draft, spot)
    ? { rank: ranks.refusal, code: 'SourceKeyNotReadable' }
    : undefined;
}

function rankOf(
  draft: Draft,
  action: (typeof regional)[number],
  denied: Spot,
  spot: Spot,
): number | undefined {
  const here = denied.account === spot.account && denied.region === spot.region;
  const asSource = denied.account === home && denied.region === sourceRegion;
  const pulls = spot.account !== home;
  const pulledFrom = pulls && denied.account === spot.account && denied.region === sourceRegion;
  const inPlace = isInPlace(draft, spot);
  const { key, sharing, encrypted } = draft;
  switch (action) {
    case 'ec2:CopyImage':
      return here && !inPlace ? ranks.trial : undefined;
    case 'ec2:CreateTags':
      return (here && (!inPlace || draft.tags > 0)) || (asSource && pulls) ? ranks.trial : undefined;
    case 'ec2:DeleteTags':
      return asSource && pulls ? ranks.trial : undefined;
    case 'ec2:ModifyImageAttribute':
      return (asSource && pulls) || (here && inPlace && sharing !== 'nobody')
        ? ranks.trial
        : laterIf(here && sharing !== 'nobody');
    case 'ec2:ModifySnapshotAttribute':
      return (asSource && pulls) || (here && inPlace && sharing === 'snapshots')
        ? ranks.trial
        : laterIf(here && sharing === 'snapshots');
    case 'ec2:DescribeImages':
      return asSource ? ranks.sourceDenied : here ? ranks.reading : pulledFrom ? ranks.looking : undefined;
    case 'ec2:DescribeSnapshots':
      return asSource ? ranks.sourceParts : here ? ranks.reading : pulledFrom ? ranks.looking : undefined;
    case 'ec2:DescribeImageAttribute':
      return (asSource && pulls) || (here && inPlace) ? ranks.looking : laterIf(here);
    case 'ec2:DescribeSnapshotAttribute':
      return (asSource && pulls) || (here && inPlace && sharing === 'snapshots')
        ? ranks.looking
        : laterIf(here && sharing === 'snapshots');
    case 'ec2:GetEbsDefaultKmsKeyId':
      return here && key === 'ebs-default' ? ranks.refusal : undefined;
    case 'ec2:GetEbsEncryptionByDefault':
      return here && key === 'none' && !inPlace ? ranks.looking : undefined;
    case 'kms:DescribeKey':
      return here && key !== 'none' ? ranks.refusal : laterIf(asSource && pulls && encrypted);
    default:
      return undefined;
  }
}

function laterIf(condition: boolean): number | undefined {
  return condition ? ranks.later : undefined;
}
