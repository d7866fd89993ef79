import type { World } from '../../simulator/world.ts';
import { type DeniedBy, deny, effectOfDenial, ranks, regional, sideEffectOfDenial } from './denials.ts';
import type { Chance, Spot } from './drafts.ts';
import { isSame, nameOf, type Row, settings } from './misconfiguration.ts';
import { home, sourceRegion } from './organization.ts';

const sessions: Row = (_draft, { account }, chance) => {
  const [what, code, spoil] = chance.pick<readonly [string, string, (world: World) => void]>([
    ['no role', 'AccessDenied', (world) => world.accounts.get(account)?.roles.delete('ami-promotion')],
    ['a role that trusts nobody', 'AccessDenied', (world) => distrust(world, account)],
    ['no provider', 'InvalidIdentityToken', (world) => world.accounts.get(account)?.providers.splice(0)],
  ]);
  const rank = account === home ? ranks.homeSession : ranks.session;
  return {
    name: `${what} in ${account}`,
    slots: [`session ${account}`],
    spoil,
    effectAt: (spot) => (account === home || spot.account === account ? { rank, code } : undefined),
  };
};

function distrust(world: World, account: string): void {
  const role = world.accounts.get(account)?.roles.get('ami-promotion');
  if (role !== undefined) {
    role.trust = { ...role.trust, document: { ...role.trust.document, statements: [] } };
  }
}

const noRegions: Row = (_draft, { account }, chance) => {
  const by = denier(account, chance);
  const rank = account === home ? ranks.homeRegions : ranks.regions;
  return {
    name: `${by} of ${account} denies ec2:DescribeRegions`,
    slots: ['asking for Regions'],
    spoil: (world) => deny(world, by, account, 'ec2:DescribeRegions'),
    effectAt: (spot) =>
      account === home || spot.account === account ? { rank, code: 'UnauthorizedOperation' } : undefined,
  };
};

const regionOff: Row = (_draft, { account }) => ({
  name: `me-central-1 is off in ${account}`,
  slots: [`off ${account}`],
  spoil: (world) => settings(world, account, 'me-central-1', { enabled: false }),
  effectAt: (spot) =>
    spot.account === account && spot.region === 'me-central-1'
      ? { rank: ranks.region, code: 'RegionNotEnabled' }
      : undefined,
});

const stsOff: Row = (_draft, { account, region }) => ({
  name: `STS is off in ${account}/${region}`,
  slots: [`sts ${account}`],
  spoil: (world) => settings(world, account, region, { sts: false }),
  effectAt: () => undefined,
});

const silent: Row = (_draft, { region }) => ({
  name: region === sourceRegion ? 'nothing' : `${region} does not answer`,
  slots: ['asking for Regions'],
  spoil: (world) => {
    if (region !== sourceRegion) {
      world.faults.push({ action: 'ec2:*', region, hits: { kind: 'always' }, effect: { kind: 'silent' } });
    }
  },
  effectAt: (spot) =>
    region !== sourceRegion && spot.region === region
      ? { rank: ranks.silence, code: 'ETIMEDOUT' }
      : undefined,
});

const denial: Row = (draft, { account, region }, chance) => {
  const [first, ...others] = regional;
  const action = chance.pick([first, ...others]);
  const where = { account: chance.once(4) ? home : account, region: chance.once(3) ? sourceRegion : region };
  const by = denier(where.account, chance);
  return {
    name: `${by} of ${where.account} denies ${action} in ${where.region}`,
    slots: [`denial ${action} ${nameOf(where)}`, ...slotsHiddenBy(action, where)],
    spoil: (world) => deny(world, by, where.account, action, where.region),
    effectAt: (spot) => effectOfDenial(draft, action, where, spot),
    alsoAt: (spot) => sideEffectOfDenial(draft, action, where, spot),
  };
};

/** What may not be looked at is not found wanting, and a failed source has no snapshots to look at. */
function slotsHiddenBy(action: string, where: Spot): readonly string[] {
  const own = action === 'kms:DescribeKey' || action === 'ec2:GetEbsDefaultKmsKeyId';
  const sources = action === 'kms:DescribeKey' && where.region === sourceRegion;
  const parts = action.startsWith('ec2:DescribeSnapshot') && where.region === sourceRegion;
  return [
    ...(own ? [`key ${nameOf(where)}`] : []),
    ...(sources ? ['source key'] : []),
    ...(parts ? ['source state'] : []),
  ];
}

const unusableThroughEc2: Row = (draft, { account }, chance) => {
  const action = chance.pick(['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext']);
  const by = denier(account, chance);
  return {
    name: `${by} of ${account} denies ${action}`,
    slots: [`use of keys ${account}`],
    spoil: (world) => deny(world, by, account, action),
    effectAt: (spot) =>
      (spot.account === account || account === home) && (draft.encrypted || draft.key !== 'none')
        ? { rank: ranks.later, code: 'CopyFailed' }
        : undefined,
  };
};

const notAllowed: Row = (_draft, { account }, chance) => {
  const unreadable = chance.once(3);
  const by = denier(account, chance);
  return {
    name: `Allowed AMIs in ${account} ${unreadable ? 'that cannot be read' : ''}`,
    slots: [`denial ec2:GetAllowedImagesSettings ${account}/${sourceRegion}`],
    spoil: (world) => {
      settings(world, account, sourceRegion, {
        allowedImages: { state: 'enabled', managedBy: 'account', criteria: [] },
      });
      if (unreadable) {
        deny(world, by, account, 'ec2:GetAllowedImagesSettings', sourceRegion);
      }
    },
    effectAt: (spot) =>
      spot.account !== account || account === home
        ? undefined
        : unreadable
          ? { rank: ranks.later, code: 'SourceNotVisible' }
          : { rank: ranks.refusal, code: 'ImageNotAllowed' },
  };
};

const publicBlocked: Row = (draft, spot, chance) => {
  const unreadable = chance.once(3);
  const by = denier(spot.account, chance);
  return {
    name: `block public access in ${nameOf(spot)} ${unreadable ? 'that cannot be read' : ''}`,
    slots: [`denial ec2:GetImageBlockPublicAccessState ${nameOf(spot)}`],
    spoil: (world) => {
      settings(world, spot.account, spot.region, { publicSharing: false });
      if (unreadable) {
        deny(world, by, spot.account, 'ec2:GetImageBlockPublicAccessState', spot.region);
      }
    },
    effectAt: (other) =>
      draft.sharing !== 'everyone' || !isSame(spot, other)
        ? undefined
        : unreadable
          ? { rank: ranks.later, code: 'OperationNotPermitted' }
          : { rank: ranks.refusal, code: 'PublicSharingBlocked' },
  };
};

/** The management account of an organization is bound by no service control policy. */
function denier(account: string, chance: Chance): DeniedBy {
  const own = ['a permissions boundary', 'a policy of the role'] as const;
  return chance.pick(account === home ? own : (['a service control policy', ...own] as const));
}

/** What may be wrong with accounts, their roles and their Regions; denials are many. */
export const ofAccounts: readonly Row[] = [
  denial,
  denial,
  denial,
  denial,
  denial,
  sessions,
  noRegions,
  regionOff,
  stsOff,
  silent,
  unusableThroughEc2,
  notAllowed,
  publicBlocked,
];
