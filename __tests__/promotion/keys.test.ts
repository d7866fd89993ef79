import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { ownTags } from '../../src/model/tags.ts';
import {
  type Changes,
  home,
  keyArnOf,
  keyIdOf,
  organizationArn,
  prod,
  sourceId,
  sourceRegion,
} from '../support/organization.ts';
import type { Inputs } from '../support/promotion.ts';
import { failureOf, idOf, imageFile, only, scenario, sole, told, toldByPlace } from '../support/scenario.ts';

const there = { account: home, region: 'eu-west-1' };
const pull = { accounts: `prod=${prod}` };
const managedByDefault = { [home]: { 'eu-west-1': { 'default-key': 'alias/aws/ebs' } } };

/** A source image of its own, its snapshots under the key that AWS manages. */
function underManagedKey(): Pick<Changes, 'images' | 'snapshots'> {
  const { images, snapshots } = imageFile({ account: home, region: sourceRegion }, { name: 'web-9' }, 'b');
  return { images, snapshots: snapshots.map((snapshot) => ({ ...snapshot, key: 'alias/aws/ebs' })) };
}

function keyOf(world: World, account: string, region: string) {
  return sole([...world.keys.values()].filter(({ id }) => id === keyIdOf(account, region)));
}

function copyParams(world: World): Readonly<Record<string, unknown>> {
  return sole(callsOf(world, 'CopyImage')).params;
}

describe('a copy that must not be made', () => {
  const refusals: readonly [string, string, Changes, Inputs][] = [
    ['an encrypted source, without a key', 'EncryptedSourceNeedsKey', {}, { 'kms-key': 'none' }],
    [
      'no key, where the Region encrypts by default',
      'RegionEncryptsByDefault',
      {
        encryptedSource: false,
        regions: { [home]: { 'eu-west-1': { 'encryption-by-default': true } } },
      },
      { 'kms-key': 'none' },
    ],
    [
      'the key that AWS manages, with consumers',
      'ManagedKeyCannotBeShared',
      {},
      { 'kms-key': 'alias/aws/ebs', 'share-with': organizationArn },
    ],
    [
      'a default key that AWS manages, with consumers',
      'ManagedKeyCannotBeShared',
      { regions: managedByDefault },
      { 'kms-key': 'ebs-default', 'share-with': organizationArn },
    ],
    [
      'a source under the key that AWS manages, for another account',
      'ManagedSourceKeyCannotBePulled',
      underManagedKey(),
      { ...pull, source: idOf('b') },
    ],
    [
      'a key that is disabled',
      'KeyNotUsable',
      { keys: [extraKey({ state: 'Disabled' })] },
      { 'kms-key': 'alias/other' },
    ],
    [
      'a key for signatures',
      'KeyNotUsable',
      { keys: [extraKey({ spec: 'RSA_2048', usage: 'SIGN_VERIFY' })] },
      { 'kms-key': 'alias/other' },
    ],
    ['an alias that leads nowhere', 'NotFoundException', {}, { 'kms-key': 'alias/nothing' }],
  ];

  it.each(refusals)('%s: refused before any write', async (_, code, changes, given) => {
    const at = scenario(changes);
    const step = await at.run(given);
    expect(failureOf(step)).toMatchObject({ code, kind: 'precondition' });
    expect(failureOf(step).cure).toContain(
      code === 'ManagedSourceKeyCannotBePulled' ? 'accounts: home' : 'kms-key',
    );
    expect(writesIn(at.world)).toEqual([]);
    expect(at.world.complaints).toEqual([]);
  });
});

function extraKey(over: Readonly<Record<string, unknown>>): object {
  return { id: '00000000-0000-4000-8000-0000000000ff', ...there, alias: 'alias/other', ...over };
}

describe('the key of a copy', () => {
  it.each([
    ['an alias', 'alias/ami'],
    ['an id', keyIdOf(home, 'eu-west-1')],
    ['an ARN', keyArnOf(home, 'eu-west-1')],
    ['an ARN with placeholders', `arn:{partition}:kms:{region}:{account}:alias/ami`],
    ['the EBS default key of the Region', 'ebs-default'],
  ])('that was named by %s is sent as an ARN, and every snapshot is under it', async (_, key) => {
    const at = scenario();
    const outcome = only(await at.run({ 'kms-key': key }));
    const arn = keyArnOf(home, 'eu-west-1');
    expect(copyParams(at.world)).toMatchObject({ Encrypted: true, KmsKeyId: arn });
    expect(outcome).toMatchObject({
      state: 'promoted',
      image: { snapshots: [{ keyArn: arn }, { keyArn: arn }] },
    });
  });

  it('is none, and Encrypted is not even sent, where none is wanted and nothing is encrypted', async () => {
    const at = scenario({ encryptedSource: false });
    expect(told(only(await at.run({ 'kms-key': 'none' })))).toBe('promoted');
    expect(Object.keys(copyParams(at.world))).not.toEqual(expect.arrayContaining(['Encrypted']));
    expect(Object.keys(copyParams(at.world))).not.toEqual(expect.arrayContaining(['KmsKeyId']));
    expect(snapshotsIn(at.world, home, 'eu-west-1').map(({ key }) => key)).toEqual([undefined, undefined]);
  });

  it('encrypts what was not encrypted before', async () => {
    const at = scenario({ encryptedSource: false });
    expect(told(only(await at.run()))).toBe('promoted');
    expect(snapshotsIn(at.world, home, 'eu-west-1').map(({ key }) => key)).toEqual([
      keyArnOf(home, 'eu-west-1'),
      keyArnOf(home, 'eu-west-1'),
    ]);
  });

  it('is each place its own', async () => {
    const at = scenario();
    const step = await at.run({ accounts: `home\nprod=${prod}`, regions: 'eu-west-1\nus-west-2' });
    expect(new Set(Object.values(toldByPlace(step)))).toEqual(new Set(['promoted']));
    const keys = callsOf(at.world, 'CopyImage').map(({ account, region, params }) => [
      params.KmsKeyId,
      keyArnOf(account, region),
    ]);
    expect(keys).toHaveLength(4);
    for (const [sent, wanted] of keys) {
      expect(sent).toBe(wanted);
    }
  });

  it('may be the one that AWS manages, when nobody else is to use the copy', async () => {
    const at = scenario({ regions: managedByDefault });
    expect(told(only(await at.run({ 'kms-key': 'ebs-default' })))).toBe('promoted');
    expect(String(copyParams(at.world).KmsKeyId)).toMatch(/^arn:aws:kms:eu-west-1:\d+:key\//);
  });

  it.each(['sync', 'async'])(
    'that is disabled between the look and the copy fails it (%s)',
    async (missingKey) => {
      const at = scenario({ copying: { seconds: 60 }, switches: { 'missing-key': missingKey } });
      at.world.onCall = (call) => {
        if (call.action === 'DescribeKey') {
          keyOf(at.world, home, 'eu-west-1').state = 'Disabled';
        }
      };
      const failure = failureOf(await at.run());
      expect(failure.code).toBe(missingKey === 'sync' ? 'InvalidParameterValue' : 'CopyFailed');
      expect(failure.meaning).toContain(
        missingKey === 'sync' ? 'is disabled' : 'Given key ID is not accessible',
      );
    },
  );
});

describe('a copy that is there under another key', () => {
  it('fails, and says how to replace it', async () => {
    const at = scenario({ keys: [extraKey({})] });
    await at.run({ 'kms-key': 'alias/other' });
    const copy = sole(imagesIn(at.world, home, 'eu-west-1'));
    const before = writesIn(at.world).length;
    const failure = failureOf(await at.run({}, { runId: '1002' }));
    expect(failure.code).toBe('WrongKey');
    expect(failure.meaning).toContain(keyArnOf(home, 'eu-west-1'));
    expect(failure.cure).toContain(
      `aws ec2 deregister-image --region eu-west-1 --image-id ${copy.id} --delete-associated-snapshots`,
    );
    expect(writesIn(at.world)).toHaveLength(before);
  });

  it('fails when a snapshot of it is not encrypted at all', async () => {
    const tags = { [ownTags.source]: `${home}/${sourceRegion}/${sourceId}` };
    const { images, snapshots } = imageFile(there, { tags });
    const at = scenario({
      images,
      snapshots: snapshots.map(({ ...snapshot }, index) =>
        index === 0
          ? snapshot
          : Object.fromEntries(Object.entries(snapshot).filter(([name]) => name !== 'key')),
      ),
    });
    expect(failureOf(await at.run())).toMatchObject({ code: 'WrongKey' });
  });

  it('is not called promoted before each of its snapshots has been seen', async () => {
    const at = scenario({ copying: { seconds: 60 } });
    at.world.onCall = (call) => {
      const late = snapshotsIn(at.world, home, 'eu-west-1')[1];
      if (call.action === 'CopyImage' && late !== undefined) {
        late.hiddenUntil = call.at + 300_000;
      }
    };
    const outcome = only(await at.run());
    expect(outcome.state).toBe('promoted');
    expect(outcome.ended - sole(callsOf(at.world, 'CopyImage')).at).toBeGreaterThanOrEqual(300_000);
  });
});
