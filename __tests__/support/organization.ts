import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Clock } from '../../simulator/clock.ts';
import type { World } from '../../simulator/world.ts';
import { readWorld } from '../../simulator/world-file.ts';

const root = join(import.meta.dirname, '../..');

/** The accounts of every scenario: home builds, the others own copies of their own. */
export const home = '111122223333';
export const prod = '444455556666';
export const staging = '777788889999';
export const consumer = '999988887777';

export const sourceRegion = 'us-east-1';
export const sourceId = 'ami-0a1b2c3d4e5f60718';
export const sourceSnapshots = ['snap-0a1b2c3d4e5f60001', 'snap-0a1b2c3d4e5f60002'] as const;
export const organizationArn = `arn:aws:organizations::${home}:organization/o-exampleorg1`;
export const unitArn = `arn:aws:organizations::${home}:ou/o-exampleorg1/ou-ab12-workloads`;

/** The key `alias/ami` of an account in a Region, which is also the EBS default key of the owners' Regions. */
export function keyIdOf(account: string, region: string): string {
  const number = (accounts.indexOf(account) + 1) * 100 + regions.indexOf(region);
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function keyArnOf(account: string, region: string): string {
  return `arn:aws:kms:${region}:${account}:key/${keyIdOf(account, region)}`;
}

const accounts = [home, prod, staging];
const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2', 'me-central-1'];

/** Parts of a world file that replace the usual ones; the fields are those of simulator/world.example.yml. */
export interface Changes {
  /** Whether the source's snapshots are encrypted under the home account's `alias/ami`; true unless given. */
  readonly encryptedSource?: boolean;
  /** Added to, or instead of, fields of the source image. */
  readonly image?: Readonly<Record<string, unknown>>;
  /** More images and snapshots. */
  readonly images?: readonly object[];
  readonly snapshots?: readonly object[];
  readonly keys?: readonly object[];
  /** Of SSM. */
  readonly parameters?: readonly object[];
  /** By account, then Region: settings such as `{ enabled: true }` for an opt-in Region. */
  readonly regions?: Readonly<Record<string, Readonly<Record<string, object>>>>;
  /** By account: fields of the account itself, such as its service control policies, which bind all but home. */
  readonly accounts?: Readonly<Record<string, object>>;
  /** Of the organization. */
  readonly tagPolicies?: readonly object[];
  /** Places whose keys let the other accounts in beside the source's, because images are pulled from there too. */
  readonly pulledFrom?: readonly { readonly account: string; readonly region: string }[];
  /** By account: fields of the role `ami-promotion`. */
  readonly roles?: Readonly<Record<string, object>>;
  /** By account: more roles, with the placeholders of that one. */
  readonly moreRoles?: Readonly<Record<string, readonly RoleFile[]>>;
  /** Of ids and of faults by chance. */
  readonly seed?: number;
  readonly copying?: object;
  readonly switches?: object;
  readonly quotas?: object;
  readonly faults?: readonly object[];
}

/** A role as a world file has it. */
export interface RoleFile {
  readonly name: string;
  readonly values?: object;
  readonly [field: string]: unknown;
}

/** An organization of three accounts that run under the policies in iam/, with keys everywhere, and one source image. */
export function organization(changes: Changes = {}, clock?: Clock): World {
  const text = stringify(fileOf(changes));
  const reading = readWorld(text, {
    directory: join(root, 'simulator'),
    ...(clock === undefined ? {} : { clock }),
  });
  if (!reading.ok) {
    const faults = reading.faults.map(({ line, path, reason }) => `${line} ${path}: ${reason}`);
    throw new Error(`the scenario's world does not fit:\n${faults.join('\n')}\n${text}`);
  }
  return reading.value;
}

function fileOf(changes: Changes): object {
  const encrypted = changes.encryptedSource ?? true;
  const sourceKey = encrypted ? { key: keyIdOf(home, sourceRegion) } : {};
  return {
    seed: changes.seed ?? 1,
    organization: {
      id: 'o-exampleorg1',
      'management-account': home,
      units: [{ id: 'ou-ab12-workloads', accounts: [prod, staging] }],
      'tag-policies': changes.tagPolicies ?? [],
    },
    accounts: accounts.map((id) => accountOf(id, changes)),
    keys: [
      ...accounts.flatMap((account) => regions.map((region) => keyOf(account, region, changes))),
      ...(changes.keys ?? []),
    ],
    snapshots: [
      ...sourceSnapshots.map((id, index) => ({
        id,
        account: home,
        region: sourceRegion,
        'size-gib': index === 0 ? 8 : 40,
        ...sourceKey,
      })),
      ...(changes.snapshots ?? []),
    ],
    images: [sourceOf(changes.image ?? {}), ...(changes.images ?? [])],
    ...(changes.parameters === undefined ? {} : { parameters: changes.parameters }),
    copying: changes.copying ?? { seconds: 2 },
    switches: changes.switches ?? {},
    quotas: changes.quotas ?? {},
    faults: changes.faults ?? [],
  };
}

function accountOf(id: string, changes: Changes): object {
  const name = { [home]: 'build', [prod]: 'prod', [staging]: 'staging' }[id];
  const values = {
    ACCOUNT_ID: id,
    OWNER: 'example',
    OWNER_ID: '424242',
    REPOSITORY: 'images',
    REPOSITORY_ID: '812345678',
    ENVIRONMENT: 'production',
    HOME_ACCOUNT_ID: home,
    SOURCE_REGION: changes.pulledFrom === undefined ? sourceRegion : '*',
    ...(id === home ? {} : { OWNER_ACCOUNT_ID: id }),
  };
  const defaults = Object.fromEntries(
    regions
      .filter((region) => region !== 'me-central-1')
      .map((region) => [region, { 'default-key': keyIdOf(id, region) }]),
  );
  const own = changes.regions?.[id] ?? {};
  const merged = Object.fromEntries(
    [...new Set([...Object.keys(defaults), ...Object.keys(own)])].map((region) => [
      region,
      { ...defaults[region], ...own[region] },
    ]),
  );
  return {
    id,
    name,
    regions: merged,
    'oidc-providers': [
      { url: 'https://token.actions.githubusercontent.com', audiences: ['sts.amazonaws.com'] },
    ],
    roles: [
      {
        name: 'ami-promotion',
        'trust-policy': '../iam/trust-policy.json',
        policies: [id === home ? '../iam/home-policy.json' : '../iam/owner-policy.json'],
        values,
        ...changes.roles?.[id],
      },
      ...(changes.moreRoles?.[id] ?? []).map((role) => ({ ...role, values: { ...values, ...role.values } })),
    ],
    ...changes.accounts?.[id],
  };
}

function keyOf(account: string, region: string, { pulledFrom = [] }: Changes): object {
  const pulling = accounts.slice(1).map((id) => ({
    file: '../iam/source-key-policy-statements.json',
    values: { OWNER_ACCOUNT_ID: id, ROLE_NAME: 'ami-promotion' },
  }));
  const isSource = [{ account: home, region: sourceRegion }, ...pulledFrom].some(
    (place) => place.account === account && place.region === region,
  );
  return {
    id: keyIdOf(account, region),
    account,
    region,
    alias: 'alias/ami',
    ...(isSource ? { policies: ['default', ...pulling] } : {}),
  };
}

function sourceOf(image: Readonly<Record<string, unknown>>): object {
  return {
    id: sourceId,
    account: home,
    region: sourceRegion,
    name: 'web-1',
    created: '2026-11-20T10:00:00Z',
    'boot-mode': 'uefi-preferred',
    'root-device': '/dev/xvda',
    devices: [
      { name: '/dev/xvda', snapshot: sourceSnapshots[0] },
      { name: '/dev/sdf', snapshot: sourceSnapshots[1], 'delete-on-termination': false },
    ],
    tags: { Name: 'web', team: 'platform' },
    ...image,
  };
}
