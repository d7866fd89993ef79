import { imagesIn } from '../../simulator/look.ts';
import { consumer, home, keyIdOf, organizationArn, prod, sourceRegion } from './organization.ts';
import { atSource, but, changeKey, denying, full, type Problem, pull, there } from './problems.ts';
import { idOf, imageFile, type Scenario } from './scenario.ts';

const plain = { encryptedSource: false };
const bare = { 'kms-key': 'none' };
const everyone = { ...bare, public: 'true' };
const mayBePublic = { [home]: { 'eu-west-1': { 'public-sharing': true } } };
const sold = { 'product-codes': ['abcdefghijklmnopqrstuvwxy'] };

/** What is wrong with the key of a copy, or with that of its source. */
export const ofKeys: readonly Problem[] = [
  {
    name: 'a key that does not exist',
    code: 'NotFoundException',
    call: 'kms:DescribeKey',
    given: { 'kms-key': 'alias/nothing' },
  },
  {
    name: 'a key that the role may not look at',
    code: 'AccessDeniedException',
    call: 'kms:DescribeKey',
    changes: but(home, 'kms:DescribeKey'),
  },
  ...[
    { name: 'a key that is disabled', over: { state: 'Disabled' } },
    { name: 'a key that is to be deleted', over: { state: 'PendingDeletion' } },
    { name: 'a key that is not symmetric', over: { spec: 'RSA_2048', usage: 'SIGN_VERIFY' } },
  ].map(({ name, over }) => ({ name, code: 'KeyNotUsable', spoil: changeKey(home, 'eu-west-1', over) })),
  {
    name: 'a key of AWS under what is shared',
    code: 'ManagedKeyCannotBeShared',
    given: { 'kms-key': 'alias/aws/ebs', 'share-with': organizationArn },
  },
  { name: 'an encrypted source and no key', code: 'EncryptedSourceNeedsKey', given: bare },
  {
    name: 'a Region that encrypts by default and no key',
    code: 'RegionEncryptsByDefault',
    changes: { ...plain, regions: { [home]: { 'eu-west-1': { 'encryption-by-default': true } } } },
    given: bare,
  },
  {
    name: 'a source key of AWS that is to be pulled',
    code: 'ManagedSourceKeyCannotBePulled',
    changes: underManagedKey(),
    given: { ...pull, source: idOf('b') },
  },
  {
    name: 'a source key that a pulling role may not look at',
    code: 'SourceKeyNotReadable',
    given: pull,
    spoil: ({ world }) => {
      for (const key of world.keys.values()) {
        key.policies = key.id === keyIdOf(home, sourceRegion) ? key.policies.slice(0, 1) : key.policies;
      }
    },
  },
  {
    name: 'a source key that the home role may not look at',
    code: 'AccessDeniedException',
    call: 'kms:DescribeKey',
    given: pull,
    changes: but(home, 'kms:DescribeKey'),
  },
  ...['Disabled', 'PendingDeletion'].map((state) => ({
    name: `a source key that is ${state === 'Disabled' ? 'disabled' : 'to be deleted'}`,
    code: 'SourceKeyNotUsable',
    spoil: changeKey(home, sourceRegion, { state }),
  })),
];

function underManagedKey() {
  const { images, snapshots } = imageFile(atSource, { name: 'managed-1' }, 'b');
  return { images, snapshots: snapshots.map((snapshot) => ({ ...snapshot, key: 'alias/aws/ebs' })) };
}

/** Why a copy cannot be made, or would not be what is wanted. */
export const ofCopies: readonly Problem[] = [
  {
    name: 'a name that AWS does not take',
    code: 'NameNotLegal',
    changes: { image: { name: 'web_1@' } },
    given: { name: '{source-name}-{sha}-{sha}-{sha}-{sha}' },
  },
  { name: 'a name that another image has', code: 'NameTaken', changes: imageFile(there, { name: 'web-1' }) },
  {
    name: 'more tags than AWS takes',
    code: 'TooManyTags',
    given: { tags: Array.from({ length: 46 }, (_, index) => `key${index}=x`).join('\n') },
  },
  {
    name: 'a copy that is full of tags already',
    code: 'TooManyTags',
    given: { tags: 'one=more' },
    before: (at) => at.run({}, { runId: '1001' }),
    spoil: ({ world }) => {
      for (const image of imagesIn(world, there.account, there.region)) {
        fill(image);
      }
    },
  },
  {
    name: 'a source that is full of tags, and would be opened under a note',
    code: 'TooManyTags',
    given: { ...pull, 'copy-tags': 'false' },
    spoil: ({ world }) => {
      for (const image of imagesIn(world, atSource.account, atSource.region)) {
        fill(image);
      }
    },
  },
  {
    name: 'a copy that no price makes fast enough',
    code: 'CompletionTooShort',
    changes: large(),
    given: { source: idOf('c'), 'copy-completion-minutes': '15' },
  },
  {
    name: 'a source of the Marketplace that is to be pulled',
    code: 'MarketplaceCannotBePulled',
    changes: { image: sold },
    given: pull,
  },
  {
    name: 'a source with billing codes that is to be pulled',
    code: 'BilledCannotBePulled',
    changes: {
      image: { billed: true, 'platform-details': 'Windows', 'usage-operation': 'RunInstances:0002' },
    },
    given: pull,
  },
  {
    name: 'a source that Allowed AMIs shut out',
    code: 'ImageNotAllowed',
    changes: {
      regions: { [prod]: { [sourceRegion]: { 'allowed-images': { state: 'enabled', criteria: [] } } } },
    },
    given: pull,
  },
  { name: 'an encrypted image for everyone', code: 'EncryptedCannotBePublic', given: everyone },
  {
    name: 'an image of the Marketplace for everyone',
    code: 'MarketplaceCannotBePublic',
    changes: { ...plain, image: sold, regions: mayBePublic },
    given: everyone,
  },
  {
    name: 'a watermarked image for everyone',
    code: 'WatermarkedCannotBePublic',
    changes: { ...plain, image: { watermarks: [`${home}:hardened`] }, regions: mayBePublic },
    given: everyone,
  },
  { name: 'block public access', code: 'PublicSharingBlocked', changes: plain, given: everyone },
];

function large() {
  const { images, snapshots } = imageFile(atSource, { name: 'large-1' }, 'c');
  return { images, snapshots: snapshots.map((snapshot) => ({ ...snapshot, 'size-gib': 2000 })) };
}

const promoted =
  (given = {}) =>
  (at: Scenario) =>
    at.run(given, { runId: '1000' });

/** Why what is there already cannot become what is wanted. */
export const ofWhatIsThere: readonly Problem[] = [
  {
    name: 'a copy under another key',
    code: 'WrongKey',
    changes: { keys: [{ ...there, id: '00000000-0000-4000-8000-0000000000ff', alias: 'alias/other' }] },
    before: promoted({ 'kms-key': 'alias/other' }),
  },
  {
    name: 'a copy that is not what its source is',
    code: 'NotEqualToSource',
    changes: { switches: { 'not-copied': ['bootMode'] } },
    before: promoted(),
  },
  {
    name: 'a copy that was disabled',
    code: 'ImageDisabled',
    before: promoted(),
    spoil: ({ world }) => {
      for (const image of imagesIn(world, home, 'eu-west-1')) {
        image.state = 'disabled';
      }
    },
  },
];

const copying = { code: 'UnauthorizedOperation', call: 'ec2:CopyImage' };

function leavingOut(action: string): object {
  return { ...full, Statement: { Effect: 'Allow', NotAction: action, Resource: '*' } };
}

/** What a dry run of the writes that are due finds. */
export const ofTrials: readonly Problem[] = [
  { name: 'a role that may not copy', ...copying, changes: but(home, 'ec2:CopyImage') },
  { name: 'a role that may not tag what it copies', ...copying, changes: but(home, 'ec2:CreateTags') },
  {
    name: 'a permissions boundary that leaves the copy out',
    ...copying,
    changes: { roles: { [home]: { policies: [full], 'permissions-boundary': leavingOut('ec2:CopyImage') } } },
  },
  {
    name: 'a service control policy that denies the copy',
    ...copying,
    changes: { accounts: { [prod]: { 'service-control-policies': [full, denying('ec2:CopyImage')] } } },
    given: pull,
  },
  {
    name: 'a tag that a tag policy does not allow',
    code: 'TagPolicyViolation',
    call: 'ec2:CopyImage',
    spoil: ({ world: { organization } }) => {
      const policy = { key: 'team', values: ['data'], enforcedFor: ['image'] };
      Object.assign(organization ?? {}, { tagPolicies: [policy] });
    },
  },
  ...['ec2:CreateTags', 'ec2:ModifyImageAttribute', 'ec2:ModifySnapshotAttribute'].map((call) => ({
    name: `a home role that may not open the source: ${call}`,
    code: 'UnauthorizedOperation',
    call,
    changes: but(home, call),
    given: pull,
  })),
  ...[
    { call: 'ec2:ModifyImageAttribute', given: { 'share-with': consumer } },
    { call: 'ec2:CreateTags', given: { tags: 'stage=prod' } },
  ].map(({ call, given }) => ({
    name: `a role that may not mend what is there: ${call}`,
    code: 'UnauthorizedOperation',
    call,
    given,
    before: promoted(),
    spoil: ({ world }: Scenario) =>
      world.faults.push({
        action: `${call}/dry-run`,
        hits: { kind: 'always' },
        effect: { kind: 'access-denied' },
      }),
  })),
];

/** As many tags as AWS takes. */
function fill({ tags }: { readonly tags: Map<string, string> }): void {
  for (let index = 0; tags.size < 50; index++) {
    tags.set(`filler-${index}`, 'x');
  }
}
