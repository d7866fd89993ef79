import { lagging } from '../../simulator/lagging.ts';
import type { World } from '../../simulator/world.ts';
import { ranks } from './denials.ts';
import { isInPlace } from './drafts.ts';
import { change, isSame, nameOf, type Row, settings } from './misconfiguration.ts';
import { home, keyArnOf, sourceId, sourceRegion } from './organization.ts';

const wrongKey: Row = (draft, spot, chance) => {
  const [what, code, spoil] = chance.pick<readonly [string, string, (world: World, arn: string) => void]>([
    ['missing', 'NotFoundException', (world, arn) => world.keys.delete(arn)],
    ['disabled', 'KeyNotUsable', (world, arn) => change(world.keys, arn, { state: 'Disabled' })],
    ['to be deleted', 'KeyNotUsable', (world, arn) => change(world.keys, arn, { state: 'PendingDeletion' })],
    ['asymmetric', 'KeyNotUsable', (world, arn) => change(world.keys, arn, { spec: 'RSA_2048' })],
  ]);
  const isSource = spot.account === home && spot.region === sourceRegion;
  const isUsed = draft.key !== 'none' && !isSource;
  return {
    name: isSource ? 'nothing' : `the key in ${nameOf(spot)} is ${what}`,
    slots: [`key ${nameOf(spot)}`],
    spoil: (world) => (isSource ? undefined : spoil(world, keyArnOf(spot.account, spot.region))),
    effectAt: (other) => (isUsed && isSame(spot, other) ? { rank: ranks.refusal, code } : undefined),
  };
};

const managedDefault: Row = (draft, spot) => {
  const isSource = spot.account === home && spot.region === sourceRegion;
  return {
    name: isSource ? 'nothing' : `the default key in ${nameOf(spot)} is AWS's`,
    slots: [`key ${nameOf(spot)}`],
    spoil: (world) =>
      isSource ? undefined : settings(world, spot.account, spot.region, { defaultKey: undefined }),
    effectAt: (other) =>
      !isSource && isSame(spot, other) && draft.key === 'ebs-default' && draft.sharing !== 'nobody'
        ? { rank: ranks.refusal, code: 'ManagedKeyCannotBeShared' }
        : undefined,
  };
};

const nameTaken: Row = (draft, spot, chance) => ({
  name: `the name is taken in ${nameOf(spot)}`,
  slots: [`name ${nameOf(spot)}`],
  spoil: (world) => {
    const source = world.images.get(sourceId);
    if (source !== undefined && !isInPlace(draft, spot)) {
      const id = `ami-${String(chance.below(1e9)).padStart(17, '0')}`;
      const rest = { tags: new Map<string, string>(), launchPermissions: lagging([]) };
      world.images.set(id, { ...source, ...spot, ...rest, id });
    }
  },
  effectAt: (other) =>
    isSame(spot, other) && !isInPlace(draft, spot) ? { rank: ranks.refusal, code: 'NameTaken' } : undefined,
});

const encryptedByDefault: Row = (draft, spot) => ({
  name: `${nameOf(spot)} encrypts by default`,
  slots: [`denial ec2:GetEbsEncryptionByDefault ${nameOf(spot)}`],
  spoil: (world) => settings(world, spot.account, spot.region, { encryptionByDefault: true }),
  effectAt: (other) =>
    draft.key === 'none' && isSame(spot, other) && !isInPlace(draft, spot)
      ? { rank: ranks.refusal, code: 'RegionEncryptsByDefault' }
      : undefined,
});

const tagPolicy: Row = (draft) => ({
  name: 'a tag policy that the tag team violates',
  slots: ['tag policy'],
  spoil: ({ organization }) => {
    if (organization !== undefined) {
      const policy = { key: 'team', values: ['data'], enforcedFor: ['image'] };
      Object.assign(organization, { tagPolicies: [policy] });
    }
  },
  effectAt: (spot) =>
    isInPlace(draft, spot) ? undefined : { rank: ranks.tagPolicy, code: 'TagPolicyViolation' },
});

const fullQueue: Row = () => ({
  name: 'as many copies under way as AWS allows, for a minute',
  slots: ['copies'],
  spoil: (world) => {
    const effect = {
      kind: 'error',
      status: 400,
      code: 'ResourceLimitExceeded',
      message: 'Too many',
    } as const;
    world.faults.push({ action: 'ec2:CopyImage', hits: { kind: 'range', from: 1, times: 2 }, effect });
  },
  effectAt: () => undefined,
});

const fewConsumers: Row = (draft) => ({
  name: 'a quota of no launch permissions',
  slots: ['launch permissions'],
  spoil: (world) => Object.assign(world.quotas, { launchPermissions: 0 }),
  effectAt: (spot) =>
    spot.account !== home || draft.sharing !== 'nobody'
      ? { rank: ranks.later, code: 'ResourceLimitExceeded' }
      : undefined,
});

/** What may be in the way of a copy where it shall be. */
export const ofCopies: readonly Row[] = [
  wrongKey,
  wrongKey,
  managedDefault,
  nameTaken,
  nameTaken,
  encryptedByDefault,
  tagPolicy,
  fullQueue,
  fewConsumers,
];
