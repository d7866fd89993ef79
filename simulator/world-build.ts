import { keyArn } from './arn.ts';
import type { Clock } from './clock.ts';
import { parsePolicy } from './iam/evaluate.ts';
import type { PolicySource } from './iam/policy.ts';
import { defaultKey, findKey } from './keys.ts';
import { loadPolicy, type Values } from './policy-files.ts';
import { seeded } from './random.ts';
import type { Account, Role, SimulatedKey, User, World } from './world.ts';
import { buildAllowedImages } from './world-build-allowed.ts';
import { buildImage, buildParameter, buildSnapshot } from './world-build-resources.ts';
import { buildCopying, buildFault, buildQuotas, buildSwitches } from './world-build-settings.ts';
import type { AccountFile, WorldFile } from './world-schema.ts';
import type { PolicyEntry } from './world-schema-values.ts';

/** Makes a world of a file whose parts were checked; throws only for what a check should have found. */
export function buildWorld(
  file: WorldFile,
  options: { readonly directory: string; readonly clock: Clock; readonly seed?: number },
): World {
  const { clock, directory } = options;
  const world: World = {
    clock,
    random: seeded(options.seed ?? file.seed),
    partition: file.partition,
    organization:
      file.organization === undefined
        ? undefined
        : {
            id: file.organization.id,
            managementAccount: file.organization['management-account'],
            units: file.organization.units.map(({ id, parent, accounts }) =>
              parent === undefined ? { id, accounts } : { id, parent, accounts },
            ),
            tagPolicies: file.organization['tag-policies'].map((policy) => ({
              ...{ key: policy.key, values: policy.values, enforcedFor: policy['enforced-for'] },
            })),
          },
    accounts: new Map(file.accounts.map((account) => [account.id, buildAccount(account, directory)])),
    images: new Map(),
    snapshots: new Map(),
    keys: new Map(),
    parameters: new Map(),
    sessions: new Map(),
    copies: [],
    tokens: new Map(),
    buckets: new Map(),
    copying: buildCopying(file.copying),
    switches: buildSwitches(file.switches),
    quotas: buildQuotas(file.quotas),
    faults: file.faults.map(buildFault),
    faultCounts: new Map(),
    record: [],
    complaints: [],
    secrets: new Set(file.accounts.flatMap((account) => account.users.map((user) => user.secret))),
  };
  for (const key of file.keys) {
    const built = buildKey(file, key, directory);
    world.keys.set(built.arn, built);
  }
  setDefaultKeys(world, file);
  for (const snapshot of file.snapshots) {
    world.snapshots.set(snapshot.id, buildSnapshot(world, snapshot));
  }
  for (const image of file.images) {
    world.images.set(image.id, buildImage(world, image));
  }
  for (const parameter of file.parameters) {
    const built = buildParameter(world, parameter);
    world.parameters.set(built.arn, built);
  }
  return world;
}

function buildAccount(file: AccountFile, directory: string): Account {
  const load = (label: string, entries: readonly PolicyEntry[], values: Values): readonly PolicySource[] =>
    entries.map((entry, index) => loadPolicy(directory, `${label} ${index}`, entry, values));
  const roles = file.roles.map((role): Role => {
    const label = `${file.name}/${role.name}`;
    return {
      name: role.name,
      trust: loadPolicy(directory, `${label} trust`, role['trust-policy'], role.values),
      policies: load(label, role.policies, role.values),
      boundary:
        role['permissions-boundary'] === undefined
          ? undefined
          : loadPolicy(directory, `${label} boundary`, role['permissions-boundary'], role.values),
      maxSessionSeconds: role['max-session'],
      created: role.created ?? Date.parse('2020-01-01T00:00:00Z'),
    };
  });
  const users = file.users.map(
    (user): User => ({
      name: user.name,
      accessKeyId: user['access-key-id'],
      secret: user.secret,
      policies: load(`${file.name}/${user.name}`, user.policies, user.values),
    }),
  );
  return {
    id: file.id,
    name: file.name,
    regions: new Map(
      Object.entries(file.regions).map(([name, settings]) => [
        name,
        {
          enabled: settings.enabled,
          sts: settings.sts,
          encryptionByDefault: settings['encryption-by-default'],
          defaultKey: undefined,
          publicSharing: settings['public-sharing'],
          publicSharingManagedBy: settings['public-sharing-managed-by'],
          allowedImages: buildAllowedImages(settings['allowed-images']),
        },
      ]),
    ),
    providers: file['oidc-providers'].map(({ url, audiences, jwks, 'jwks-url': jwksUrl }) => ({
      ...{ url, audiences, jwks, jwksUrl },
    })),
    roles: new Map(roles.map((role) => [role.name, role])),
    users: new Map(users.map((user) => [user.name, user])),
    serviceControlPolicies:
      file['service-control-policies'] &&
      load(`${file.name} service control policy`, file['service-control-policies'], file.values),
    resourceControlPolicies: load(
      `${file.name} resource control policy`,
      file['resource-control-policies'],
      file.values,
    ),
  };
}

function buildKey(file: WorldFile, key: WorldFile['keys'][number], directory: string): SimulatedKey {
  const { id, account, region, alias, manager, state, spec, usage } = key;
  const arn = keyArn(file.partition, region, account, id);
  const label = `key ${alias ?? id}`;
  const policies = key.policies.map((entry) =>
    entry === 'default' ? delegating(file, label, account) : loadPolicy(directory, label, entry, key.values),
  );
  return { arn, id, account, region, alias, manager, state, spec, usage, policies };
}

/** The key policy that AWS gives a key made without one: everything is left to the account's IAM. */
function delegating(file: WorldFile, label: string, account: string): PolicySource {
  return parsePolicy(`${label} default`, {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:${file.partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });
}

function setDefaultKeys(world: World, file: WorldFile): void {
  for (const account of file.accounts) {
    for (const [region, settings] of Object.entries(account.regions)) {
      const built = world.accounts.get(account.id)?.regions.get(region);
      const name = settings['default-key'];
      if (built !== undefined && name !== undefined) {
        const search = findKey(world, { account: account.id, region }, name);
        const isManaged =
          search.found === 'key' && search.key === defaultKey(world, { account: account.id, region });
        built.defaultKey = search.found === 'key' && !isManaged ? search.key.arn : undefined;
      }
    }
  }
}
