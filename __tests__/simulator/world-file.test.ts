import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { parse } from 'yaml';
import { copiedAttributes } from '../../simulator/settings.ts';
import { openWorld, readWorld } from '../../simulator/world-file.ts';
import { worldSchema } from '../../simulator/world-schema.ts';
import {
  frankfurt,
  home,
  homeKeyArn,
  image,
  ireland,
  plainImage,
  plainSnapshot,
  user,
  worldFile,
} from './fixture.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'world-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const read = (parts: Record<string, unknown>) =>
  readWorld(JSON.stringify(worldFile(parts), null, 1), { directory });
const faults = (parts: Record<string, unknown>) => {
  const reading = read(parts);
  return reading.ok ? [] : reading.faults.map((fault) => `${fault.path}: ${fault.reason}`);
};
const homeAccount = (more: object) => ({
  accounts: [{ id: home, name: 'home', ...more }],
  organization: undefined,
});

describe('the example', () => {
  const file = 'simulator/world.example.yml';

  it('is a world', () => {
    const world = openWorld(file);
    expect(world.images.size).toBe(1);
    expect([...world.parameters.values()].map((one) => one.versions.length)).toEqual([2, 1]);
    expect(world.faults).toHaveLength(6);
    expect(world.switches).toMatchObject({ visibilityLagSeconds: 1, missingKey: 'async' });
  });

  it('says every field there is', () => {
    const text = readFileSync(file, 'utf8');
    const names = new Set<string>([...copiedAttributes]);
    collect(worldSchema, names);
    expect(names.size).toBeGreaterThan(60);
    expect([...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });

  /** The names of all fields in a schema, whatever it is wrapped in. */
  function collect(schema: unknown, names: Set<string>): void {
    if (typeof schema !== 'object' || schema === null) {
      return;
    }
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'entries' && typeof value === 'object' && value !== null) {
        for (const [name, inner] of Object.entries(value)) {
          names.add(name);
          collect(inner, names);
        }
      } else if (['wrapped', 'item', 'value'].includes(key)) {
        collect(value, names);
      } else if (['pipe', 'options'].includes(key) && Array.isArray(value)) {
        for (const inner of value.filter((one) => one !== schema)) {
          collect(inner, names);
        }
      }
    }
  }

  it('has as values its defaults, where it calls them so', () => {
    const example: unknown = parse(readFileSync(file, 'utf8'));
    const defaults = v.parse(worldSchema, { accounts: [{ id: home, name: 'x' }] });
    expect(example).toMatchObject({ partition: defaults.partition, seed: defaults.seed });
    const { 'visibility-lag-seconds': _, ...switches } = defaults.switches;
    expect(example).toMatchObject({ switches });
  });
});

describe('a world file is refused', () => {
  it('with line, column, path and reason', () => {
    const text = "accounts:\n  - id: '111111111111'\n    name: home\n    colour: red\nimages: 3\n";
    const reading = readWorld(text, { directory });
    expect(reading.ok ? [] : reading.faults).toEqual([
      expect.objectContaining({ line: 4, column: 5, path: 'accounts.0.colour' }),
      expect.objectContaining({ line: 5, column: 9, path: 'images' }),
    ]);
    const name = join(directory, 'bad.yml');
    writeFileSync(name, text);
    expect(() => openWorld(name)).toThrow(`${name}:5:9 images: `);
  });

  it('for references to nothing, at the place of the reference', () => {
    const text =
      "accounts: [{id: '111111111111', name: home}]\nsnapshots:\n  - {id: snap-0000000000000000a, account: '111111111111', region: eu-west-1, size-gib: 1,\n     key: alias/none}\n";
    const reading = readWorld(text, { directory });
    expect(reading.ok ? [] : reading.faults).toEqual([
      { line: 4, column: 11, path: 'snapshots.0.key', reason: 'no key in eu-west-1 is alias/none' },
    ]);
  });

  it.each<[string, Record<string, unknown>]>([
    [
      'images.0.devices.0.snapshot: an image needs snapshots of its own',
      { images: [image(plainImage, 'snap-0000000000000dead')] },
    ],
    [
      'images.0.devices.0.snapshot: an image needs snapshots of its own',
      { images: [image(plainImage, plainSnapshot, { region: ireland })] },
    ],
    [
      'images.0.devices: no device is /dev/sda1',
      { images: [image(plainImage, plainSnapshot, { 'root-device': '/dev/sda1' })] },
    ],
    [
      'images.0.account: there is no account 444444444444',
      { images: [image(plainImage, plainSnapshot, { account: '444444444444' })] },
    ],
    [
      'images.0.region: eu-west-9 is no Region of aws',
      { images: [image(plainImage, plainSnapshot, { region: 'eu-west-9' })] },
    ],
    [
      'images.1.id: ami-0000000000000000a is there already',
      { images: [image(plainImage, plainSnapshot), image(plainImage, plainSnapshot)] },
    ],
    [
      'images.0.launch-permissions.0: must be an ARN of Organizations',
      { images: [image(plainImage, plainSnapshot, { 'launch-permissions': ['arn:aws:iam::1:root'] })] },
    ],
    ['images.0.id: must be ami-', { images: [image('ami-11111111111111111', plainSnapshot)] }],
    [
      'accounts.0.regions.eu-west-1.enabled: AWS does not let an account disable eu-west-1',
      homeAccount({ regions: { [ireland]: { enabled: false } } }),
    ],
    ['accounts.0.regions.mars-1: mars-1 is no Region', homeAccount({ regions: { 'mars-1': {} } })],
    [
      `accounts.0.regions.eu-west-1.default-key: no key of ${home} in eu-west-1 is alias/x`,
      homeAccount({ regions: { [ireland]: { 'default-key': 'alias/x' } } }),
    ],
    [
      'accounts.0.users.0.access-key-id: another user',
      homeAccount({ users: [user(1), { ...user(1), name: 'b' }] }),
    ],
    [
      'faults.0.action: the simulator has no action ec2:StartInstances',
      { faults: [{ action: 'ec2:StartInstances', do: 'throttle' }] },
    ],
    [
      'faults.0.action: the simulator has no action ssm:PutParameter',
      { faults: [{ action: 'ssm:PutParameter', do: 'throttle' }] },
    ],
    [
      'faults.0.action: must be like ec2:CopyImage, ec2:CopyImage/dry-run, ec2:* or *',
      { faults: [{ action: 'ec2:CopyImage/snapshot', do: 'throttle' }] },
    ],
    ['faults.0: a delay needs milliseconds', { faults: [{ action: '*', do: 'delay' }] }],
    [
      'faults.0: nth, from/times and probability exclude each other',
      { faults: [{ action: '*', nth: 1, times: 2, do: 'throttle' }] },
    ],
    [
      'copying.seconds: seconds and gib-per-second exclude each other',
      { copying: { seconds: 1, 'gib-per-second': 1 } },
    ],
    [
      'quotas.rates.StartInstances: the simulator has no StartInstances',
      { quotas: { rates: { StartInstances: { burst: 1, 'per-second': 1 } } } },
    ],
    [
      'organization.units.0.parent: there is no unit ou-ab12-99999999',
      {
        organization: {
          id: 'o-exampleorg1',
          'management-account': home,
          units: [{ id: 'ou-ab12-11111111', parent: 'ou-ab12-99999999' }],
        },
      },
    ],
  ])('for %s', (text, parts) => {
    expect(faults(parts).some((fault) => fault.startsWith(text))).toBe(true);
  });
});

describe('policies', () => {
  const template = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'kms:DescribeKey',
      Resource: 'arn:PARTITION:kms:*:HOME_ACCOUNT_ID:key/*',
    },
  };
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${home}:oidc-provider/x` },
      Action: 'sts:AssumeRoleWithWebIdentity',
    },
  };
  const withRole = (more: object) =>
    homeAccount({ roles: [{ name: 'promote-ami', 'trust-policy': trust, ...more }] });

  it('are files beside the world file, with values for their placeholders', () => {
    writeFileSync(join(directory, 'policy.json'), JSON.stringify(template));
    const values = { PARTITION: 'aws', HOME_ACCOUNT_ID: home };
    const reading = read(withRole({ policies: ['policy.json'], values }));
    const role = reading.ok ? reading.value.accounts.get(home)?.roles.get('promote-ami') : undefined;
    expect(role?.policies).toMatchObject([
      {
        name: 'policy.json',
        document: { statements: [{ resource: { patterns: [`arn:aws:kms:*:${home}:key/*`] } }] },
      },
    ]);
  });

  it.each([
    [{ policies: ['none.json'] }, 'accounts.0.roles.0.policies.0: cannot read the policy none.json'],
    [
      { policies: [template], values: { PARTITION: 'aws' } },
      'accounts.0.roles.0.policies.0: policy inline: the placeholder HOME_ACCOUNT_ID',
    ],
    [{ policies: [{ Version: '2012-10-17' }] }, 'accounts.0.roles.0.policies.0: policy inline'],
    [
      { 'trust-policy': template, values: { PARTITION: 'aws' } },
      'accounts.0.roles.0.trust-policy: policy inline',
    ],
  ])('are refused: %j', (more, text) => {
    expect(faults(withRole(more)).some((fault) => fault.startsWith(text))).toBe(true);
  });

  const limit = (more: object) => ({
    Version: '2012-10-17',
    Statement: { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*', ...more },
  });
  const controlled = (kind: string, ...policies: unknown[]) => ({
    accounts: [
      { id: home, name: 'home', [kind]: policies, values: { PARTITION: 'aws', HOME_ACCOUNT_ID: home } },
    ],
  });

  it('are limits too, with values of the account and of the role', () => {
    writeFileSync(join(directory, 'boundary.json'), JSON.stringify(template));
    const values = { PARTITION: 'aws', HOME_ACCOUNT_ID: home };
    const bounded = read(withRole({ 'permissions-boundary': 'boundary.json', values }));
    expect(bounded.ok && bounded.value.accounts.get(home)?.roles.get('promote-ami')?.boundary?.name).toBe(
      'boundary.json',
    );
    const services = read(controlled('service-control-policies', template, 'boundary.json'));
    const names = services.ok && services.value.accounts.get(home)?.serviceControlPolicies;
    expect(names).toMatchObject([{ name: 'home service control policy 0' }, { name: 'boundary.json' }]);
    const resources = read(controlled('resource-control-policies', limit({})));
    const account = resources.ok ? resources.value.accounts.get(home) : undefined;
    expect(account?.resourceControlPolicies).toMatchObject([{ name: 'home resource control policy 0' }]);
    expect(account?.serviceControlPolicies).toBeUndefined();
  });

  it.each([
    ['accounts.0.service-control-policies: must have a policy', controlled('service-control-policies')],
    [
      'accounts.0.service-control-policies.0: policy inline: statement 0 has a Principal',
      controlled('service-control-policies', limit({})),
    ],
    [
      'accounts.0.roles.0.permissions-boundary: policy inline: statement 0 has a Principal',
      withRole({ 'permissions-boundary': limit({}) }),
    ],
    [
      'accounts.0.roles.0.permissions-boundary: cannot read the policy none.json',
      withRole({ 'permissions-boundary': 'none.json' }),
    ],
    ...[limit({ Effect: 'Allow' }), limit({ Principal: { AWS: home } }), template].map(
      (document): [string, Record<string, unknown>] => [
        'accounts.0.resource-control-policies.0: policy inline: statement 0: a resource control policy denies',
        controlled('resource-control-policies', document),
      ],
    ),
    ...[
      limit({ Action: '*' }),
      limit({ Action: ['kms:*', 'ec2:CopyImage'] }),
      limit({ Action: 'ssm:GetParameter' }),
      limit({ Action: undefined, NotAction: 'kms:*' }),
    ].map((document): [string, Record<string, unknown>] => [
      'accounts.0.resource-control-policies.0: policy inline: statement 0: a resource control policy lists',
      controlled('resource-control-policies', document),
    ]),
    [
      `accounts.0.resource-control-policies: ${home} is in no organization`,
      { ...controlled('resource-control-policies', limit({})), organization: undefined },
    ],
    [
      `accounts.0.service-control-policies: ${home} is in no organization`,
      { ...controlled('service-control-policies', template), organization: undefined },
    ],
  ])('are no limits: %s', (text, parts) => {
    expect(faults(parts)).toContainEqual(expect.stringContaining(text));
  });
});

describe('a world', () => {
  it('knows keys by id, alias and ARN', () => {
    for (const key of ['alias/images', homeKeyArn, homeKeyArn.split('/')[1]]) {
      const reading = read({
        snapshots: [{ id: plainSnapshot, account: home, region: frankfurt, 'size-gib': 1, key }],
        images: [],
      });
      expect(reading.ok && reading.value.snapshots.get(plainSnapshot)?.key).toBe(homeKeyArn);
    }
  });

  it('knows the secrets of its users', () => {
    const reading = read({});
    expect(reading.ok && reading.value.secrets.has('secret-of-user-number-1')).toBe(true);
  });
});
