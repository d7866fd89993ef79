import { createHash } from 'node:crypto';
import { keyArn, parseArn } from './arn.ts';
import { parsePolicy } from './iam/evaluate.ts';
import type { Place } from './place.ts';
import { partitionById } from './regions.ts';
import type { SimulatedKey, World } from './world.ts';

export const ebsAlias = 'alias/aws/ebs';

/** What a name of a key leads to, seen from an account and Region. */
export type KeySearch =
  | { readonly found: 'key'; readonly key: SimulatedKey }
  | { readonly found: 'nothing'; readonly message: string }
  | { readonly found: 'other-region'; readonly region: string }
  | { readonly found: 'no-arn' };

/**
 * Resolves a key id, alias, key ARN or alias ARN. AWS: ids and aliases mean the caller's own account, only ARNs
 * reach another one; no form reaches another Region.
 */
export function findKey(world: World, place: Place, name: string): KeySearch {
  if (!name.startsWith('arn:')) {
    return search(world, place, name);
  }
  const arn = parseArn(name);
  const known = arn?.service === 'kms' && /^(key|alias)\/.+/.test(arn.resource);
  if (arn === undefined || !known || arn.partition !== world.partition) {
    return { found: 'no-arn' };
  }
  if (arn.region !== place.region) {
    return { found: 'other-region', region: arn.region };
  }
  const target = { account: arn.account, region: arn.region };
  return search(world, target, arn.resource.replace(/^key\//, ''));
}

/** What kms:ViaService holds when EC2 uses a key on somebody's behalf. */
export function viaEc2(world: World, region: string): string {
  return `ec2.${region}.${partitionById(world.partition).dnsSuffix}`;
}

/** The key that EBS takes where none is named: the account's choice, or the one that AWS manages. */
export function defaultKey(world: World, place: Place): SimulatedKey | undefined {
  const chosen = world.accounts.get(place.account)?.regions.get(place.region)?.defaultKey;
  return chosen === undefined ? managedKey(world, place) : world.keys.get(chosen);
}

function search(world: World, place: Place, name: string): KeySearch {
  if (name === ebsAlias && world.accounts.has(place.account)) {
    return { found: 'key', key: managedKey(world, place) };
  }
  const isAlias = name.startsWith('alias/');
  for (const key of world.keys.values()) {
    const here = key.account === place.account && key.region === place.region;
    if (here && (isAlias ? key.alias === name : key.id === name)) {
      return { found: 'key', key };
    }
  }
  const { partition } = world;
  const message = isAlias
    ? `Alias arn:${partition}:kms:${place.region}:${place.account}:${name} is not found.`
    : `Key '${keyArn(partition, place.region, place.account, name)}' does not exist`;
  return { found: 'nothing', message };
}

/** `alias/aws/ebs`, which every account has in every Region; its policy is the one that AWS gives it. */
function managedKey(world: World, place: Place): SimulatedKey {
  const { account, region } = place;
  const hash = createHash('sha256').update(`${account}/${region}/aws/ebs`).digest('hex');
  const id = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  const arn = keyArn(world.partition, region, account, id);
  const known = world.keys.get(arn);
  if (known !== undefined) {
    return known;
  }
  const use = [
    'kms:Encrypt',
    'kms:Decrypt',
    'kms:ReEncrypt*',
    'kms:GenerateDataKey*',
    'kms:CreateGrant',
    'kms:DescribeKey',
  ];
  const key: SimulatedKey = {
    arn,
    id,
    account,
    region,
    alias: ebsAlias,
    manager: 'AWS',
    state: 'Enabled',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    policies: [
      parsePolicy(`${ebsAlias} ${account} ${region}`, {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: use,
            Resource: '*',
            Condition: {
              StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': viaEc2(world, region) },
            },
          },
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:${world.partition}:iam::${account}:root` },
            Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
            Resource: '*',
          },
        ],
      }),
    ],
  };
  world.keys.set(arn, key);
  return key;
}
