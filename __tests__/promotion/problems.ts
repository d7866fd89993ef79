import {
  type Changes,
  consumer,
  home,
  keyIdOf,
  prod,
  sourceRegion,
  staging,
} from '../support/organization.ts';
import type { Inputs } from '../support/promotion.ts';
import { idOf, imageFile, type Scenario } from '../support/scenario.ts';

export const pull = { accounts: `prod=${prod}` };
const open = { encryptedSource: false };
const bare = { 'kms-key': 'none' };
const there = { account: home, region: 'eu-west-1' };
export const full = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** The policies of a role that may do everything else. */
export function but(...actions: readonly string[]) {
  const denied = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: actions, Resource: '*' } };
  return { policies: [full, denied] };
}

/** A permissions boundary that allows everything else. */
function bounded(action: string) {
  return { Version: '2012-10-17', Statement: { Effect: 'Allow', NotAction: action, Resource: '*' } };
}

/** A service control policy that denies some of everything. */
export function guarded(statement: object) {
  const denied = { Version: '2012-10-17', Statement: { Effect: 'Deny', Resource: '*', ...statement } };
  return { 'service-control-policies': [full, denied] };
}

/** Changes a key before the step. */
export function key(
  at: Scenario,
  account: string,
  region: string,
  change: { state?: string; spec?: string },
): void {
  for (const one of at.world.keys.values()) {
    if (one.id === keyIdOf(account, region)) {
      Object.assign(one, change);
    }
  }
}

/** An image with a kind of volume that takes long to copy. */
function large() {
  const { images, snapshots } = imageFile({ account: home, region: sourceRegion }, { name: 'large-1' }, 'c');
  return { images, snapshots: snapshots.map((snapshot) => ({ ...snapshot, 'size-gib': 2000 })) };
}

/** Something that makes a promotion impossible. */
export interface Problem {
  readonly name: string;
  readonly code: string;
  readonly changes?: Changes;
  readonly given?: Inputs;
  readonly spoil?: (at: Scenario) => unknown;
}

/** What reading alone finds. */
export const byReading: readonly Problem[] = [
  {
    name: 'a role that cannot be assumed',
    code: 'AccessDenied',
    given: pull,
    spoil: ({ world }) => world.accounts.get(prod)?.roles.delete('ami-promotion'),
  },
  { name: 'a Region that is not enabled', code: 'RegionNotEnabled', given: { regions: 'me-central-1' } },
  { name: 'a Region that does not exist', code: 'RegionUnknown', given: { regions: 'eu-west-9' } },
  {
    name: 'a role that may not look',
    code: 'UnauthorizedOperation',
    changes: { roles: { [prod]: but('ec2:DescribeImages') } },
    given: pull,
  },
  {
    name: 'a source that is disabled',
    code: 'SourceNotAvailable',
    changes: { image: { state: 'disabled' } },
  },
  {
    name: 'a source of the Marketplace that is pulled',
    code: 'MarketplaceCannotBePulled',
    changes: { image: { 'product-codes': ['abcdefghijklmnopqrstuvwxy'] } },
    given: pull,
  },
  {
    name: 'a source with billing codes that is pulled',
    code: 'BilledCannotBePulled',
    changes: { image: { 'platform-details': 'Windows', 'usage-operation': 'RunInstances:0002' } },
    given: pull,
  },
  {
    name: 'a source that Allowed AMIs of the pulling account shuts out',
    code: 'ImageNotAllowed',
    changes: {
      regions: { [prod]: { [sourceRegion]: { 'allowed-images': { state: 'enabled', criteria: [] } } } },
    },
    given: pull,
  },
  { name: 'a key that does not exist', code: 'NotFoundException', given: { 'kms-key': 'alias/nothing' } },
  {
    name: 'a key that is disabled',
    code: 'KeyNotUsable',
    spoil: (at) => key(at, home, 'eu-west-1', { state: 'Disabled' }),
  },
  {
    name: 'a key that is not symmetric',
    code: 'KeyNotUsable',
    spoil: (at) => key(at, home, 'eu-west-1', { spec: 'RSA_2048' }),
  },
  {
    name: 'a managed key under what is shared',
    code: 'ManagedKeyCannotBeShared',
    given: { 'kms-key': 'alias/aws/ebs', 'share-with': consumer },
  },
  {
    name: 'a source key that the pulling role may not look at',
    code: 'SourceKeyNotReadable',
    changes: { roles: { [prod]: { policies: [full] } } },
    given: pull,
    spoil: ({ world }) => {
      for (const one of world.keys.values()) {
        one.policies = one.id === keyIdOf(home, sourceRegion) ? one.policies.slice(0, 1) : one.policies;
      }
    },
  },
  {
    name: 'a source key that is to be deleted',
    code: 'SourceKeyNotUsable',
    spoil: (at) => key(at, home, sourceRegion, { state: 'PendingDeletion' }),
  },
  { name: 'an encrypted source without a key', code: 'EncryptedSourceNeedsKey', given: bare },
  {
    name: 'a Region that encrypts by default, and no key',
    code: 'RegionEncryptsByDefault',
    changes: { ...open, regions: { [home]: { 'eu-west-1': { 'encryption-by-default': true } } } },
    given: bare,
  },
  {
    name: 'a name that is taken',
    code: 'NameTaken',
    changes: imageFile(there, { name: 'web-1' }),
  },
  {
    name: 'more tags than AWS allows',
    code: 'TooManyTags',
    given: { tags: Array.from({ length: 46 }, (_, index) => `key${index}=x`).join('\n') },
  },
  {
    name: 'a copy that no price makes fast enough',
    code: 'CompletionTooShort',
    changes: large(),
    given: { source: idOf('c'), 'copy-completion-minutes': '15' },
  },
  {
    name: 'block public access',
    code: 'PublicSharingBlocked',
    changes: open,
    given: { ...bare, public: 'true' },
  },
  {
    name: 'a watermark on what would be public',
    code: 'WatermarkedCannotBePublic',
    changes: {
      ...open,
      image: { watermarks: [`${home}:hardened`] },
      regions: { [home]: { 'eu-west-1': { 'public-sharing': true } } },
    },
    given: { ...bare, public: 'true' },
  },
];

/** What only dry runs find. */
export const byTrial: readonly Problem[] = [
  {
    name: 'a role that may not copy',
    code: 'UnauthorizedOperation',
    changes: { roles: { [home]: but('ec2:CopyImage') } },
  },
  {
    name: 'a role that may not tag what it copies',
    code: 'UnauthorizedOperation',
    changes: { roles: { [home]: but('ec2:CreateTags') } },
  },
  {
    name: 'a service control policy that asks for a tag',
    code: 'UnauthorizedOperation',
    changes: {
      accounts: {
        [prod]: guarded({ Action: 'ec2:CopyImage', Condition: { Null: { 'aws:RequestTag/cost': 'true' } } }),
      },
    },
    given: pull,
  },
  {
    name: 'a permissions boundary',
    code: 'UnauthorizedOperation',
    changes: { roles: { [home]: { 'permissions-boundary': bounded('ec2:CopyImage') } } },
  },
  {
    name: 'a tag policy',
    code: 'TagPolicyViolation',
    changes: { tagPolicies: [{ key: 'team', values: ['data'], 'enforced-for': ['image'] }] },
    given: pull,
  },
  ...['ec2:CreateTags', 'ec2:ModifyImageAttribute', 'ec2:ModifySnapshotAttribute'].map((action) => ({
    name: `a home role that opens no source: ${action}`,
    code: 'UnauthorizedOperation',
    changes: { roles: { [home]: but(action) } },
    given: pull,
  })),
];

/** Six targets: a push and two pulls into two Regions. */
export const many = { accounts: `home\nprod=${prod}\nstaging=${staging}`, regions: 'eu-west-1\nus-west-2' };
