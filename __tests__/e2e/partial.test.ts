import { expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import { home, keyIdOf, organization, prod, staging } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { copiesIn, run, type Step, writeCount } from './step.ts';

const copying = { seconds: 0.5 };
/** me-central-1 is enabled in the home account and in prod, and off in staging. */
const regions = {
  [home]: { 'me-central-1': { enabled: true } },
  [prod]: { 'me-central-1': { enabled: true, 'default-key': keyIdOf(prod, 'me-central-1') } },
};
const twoAccounts = { accounts: `prod=${prod}\nstaging=${staging}`, 'kms-key': 'ebs-default' };

it.concurrent('a Region that is off in one account and optional is named as missing, and all else is promoted', async () => {
  const world = organization({ copying, regions });
  const step = await run(world, inputs({ ...twoAccounts, 'optional-regions': 'me-central-1' }));
  expect(step).toMatchObject({ exitCode: 0, outputs: { status: 'partial', converged: 'false' } });
  expect(missing(step)).toEqual([
    {
      image: 'web-1',
      owner: 'staging',
      region: 'me-central-1',
      required: false,
      state: 'failed',
      code: 'RegionNotEnabled',
      reason: expect.stringContaining('An administrator of staging enables it'),
    },
  ]);
  expect(JSON.parse(step.outputs.amis ?? '')['web-1']).toEqual({
    prod: {
      'eu-west-1': copiesIn(world, prod, 'eu-west-1')[0]?.id,
      'me-central-1': copiesIn(world, prod, 'me-central-1')[0]?.id,
    },
    staging: { 'eu-west-1': copiesIn(world, staging, 'eu-west-1')[0]?.id },
  });
  expect(step.annotations).toMatchObject([{ kind: 'warning', title: '1 target: RegionNotEnabled' }]);
  expect(step.summary).toContain('⚠️ partial – 3 of 4 promoted, 1 failed');
});

it.concurrent('a Region that is off in one account and required ends the step before anything is written, and the others are skipped', async () => {
  const world = organization({ copying, regions });
  const step = await run(world, inputs({ ...twoAccounts, regions: 'eu-west-1\nme-central-1' }));
  expect(writeCount(world)).toBe(0);
  expect(step).toMatchObject({ exitCode: 1, outputs: { status: 'failure', amis: '{}' } });
  expect(missing(step)).toMatchObject([
    { owner: 'prod', region: 'eu-west-1', state: 'skipped', code: 'NotStarted' },
    { owner: 'prod', region: 'me-central-1', state: 'skipped', code: 'NotStarted' },
    { owner: 'staging', region: 'eu-west-1', state: 'skipped', code: 'NotStarted' },
    { owner: 'staging', region: 'me-central-1', state: 'failed', code: 'RegionNotEnabled' },
  ]);
});

it.concurrent.each(refusals())(
  'before the first write it is found, as $code: $what',
  async ({ code, given, change, names }) => {
    const world = organization({ copying, ...change });
    const step = await run(world, inputs(given));
    expect(writeCount(world)).toBe(0);
    expect(step).toMatchObject({ exitCode: 1, outputs: { status: 'failure', converged: 'false' } });
    expect(missing(step)).toContainEqual(expect.objectContaining({ code }));
    for (const name of names) {
      expect(step.summary).toContain(name);
    }
  },
);

it.concurrent('problems of all targets are in one report before the first write', async () => {
  const world = organization({ copying, regions });
  world.keys.forEach((key) => {
    if (key.account === prod && key.region === 'eu-west-1') {
      key.state = 'Disabled';
    }
  });
  const step = await run(world, inputs({ ...twoAccounts, regions: 'eu-west-1\nme-central-1' }));
  expect(codes(step)).toEqual(['KeyNotUsable', 'NotStarted', 'NotStarted', 'RegionNotEnabled']);
  expect(step.annotations).toHaveLength(2);
  expect(callsOf(world, 'CopyImage')).toEqual([]);
});

interface Refusal {
  readonly what: string;
  readonly code: string;
  readonly given: Readonly<Record<string, string>>;
  readonly change: Parameters<typeof organization>[0];
  /** What the summary must say. */
  readonly names: readonly string[];
}

function refusals(): readonly Refusal[] {
  const stranger = 'ami-0aaaaaaaaaaaaaaaa';
  const strangers = 'snap-0aaaaaaaaaaaaaaaa';
  return [
    {
      what: 'an encrypted source and no key',
      code: 'EncryptedSourceNeedsKey',
      given: { 'kms-key': 'none' },
      change: {},
      names: ['kms-key'],
    },
    {
      what: 'no key and an account that encrypts by itself',
      code: 'RegionEncryptsByDefault',
      given: { 'kms-key': 'none' },
      change: {
        encryptedSource: false,
        regions: { [home]: { 'eu-west-1': { 'encryption-by-default': true } } },
      },
      names: ['ebs-default'],
    },
    {
      what: 'a key that is not there',
      code: 'NotFoundException',
      given: { 'kms-key': 'alias/other' },
      change: {},
      names: ['alias/other', 'kms:DescribeKey'],
    },
    {
      what: "sharing under AWS's own key",
      code: 'ManagedKeyCannotBeShared',
      given: { 'kms-key': 'alias/aws/ebs', 'share-with': '999988887777' },
      change: {},
      names: ['managed by AWS'],
    },
    {
      what: 'a name that a stranger holds',
      code: 'NameTaken',
      given: {},
      change: {
        snapshots: [{ id: strangers, account: home, region: 'eu-west-1', 'size-gib': 1 }],
        images: [
          {
            id: stranger,
            account: home,
            region: 'eu-west-1',
            name: 'web-1',
            devices: [{ name: '/dev/xvda', snapshot: strangers }],
          },
        ],
      },
      names: [stranger],
    },
    {
      what: 'a source that is not there',
      code: 'SourceNotFound',
      given: { source: 'ami-0bbbbbbbbbbbbbbbb' },
      change: {},
      names: ['ami-0bbbbbbbbbbbbbbbb'],
    },
    {
      what: 'a source that is disabled',
      code: 'SourceNotAvailable',
      given: {},
      change: { image: { state: 'disabled' } },
      names: ['enable-image'],
    },
    {
      what: 'a source of another account that is open to the home account',
      code: 'SourceOfAnotherAccount',
      given: { source: 'ami-0cccccccccccccccc' },
      change: {
        snapshots: [{ id: 'snap-0cccccccccccccccc', account: prod, region: 'us-east-1', 'size-gib': 1 }],
        images: [
          {
            id: 'ami-0cccccccccccccccc',
            account: prod,
            region: 'us-east-1',
            name: 'theirs',
            devices: [{ name: '/dev/xvda', snapshot: 'snap-0cccccccccccccccc' }],
            'launch-permissions': [home],
          },
        ],
      },
      names: [prod],
    },
    {
      what: 'a Region that AWS does not know',
      code: 'RegionUnknown',
      given: { regions: 'eu-west-9' },
      change: {},
      names: ['eu-west-9'],
    },
  ];
}

function missing(step: Step): readonly unknown[] {
  const found: unknown = JSON.parse(step.outputs.missing ?? '');
  return Array.isArray(found) ? found : [];
}

function codes(step: Step): readonly string[] {
  return (step.manifest?.targets ?? []).map(({ error }) => error?.code ?? 'verified');
}
