import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from '../../simulator/http.ts';
import { imagesIn, snapshotsIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { stateOf } from '../../simulator/world-state.ts';
import { commandOf } from '../../src/model/command.ts';
import type { Write } from '../../src/model/difference.ts';
import {
  consumer,
  home,
  organization,
  organizationArn,
  prod,
  sourceId,
  sourceRegion,
  sourceSnapshots,
  staging,
  unitArn,
} from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { interrupted, polled } from './interrupted.ts';
import { administrators, shell } from './shell.ts';
import { openTo } from './source.ts';
import { copiesIn, run } from './step.ts';

/** What we print for a person to paste is run as it stands: by sh, with the AWS CLI. */
type Printed = Exclude<Write, { readonly kind: 'copy-image' }>;

const at = { account: home, region: sourceRegion };
const [first, second] = sourceSnapshots;
const awkward = 'it\'s "50%" of $HOME, `true` & <b>\\; {Key=a,Value=b}';

describe('a write as a command of the AWS CLI', () => {
  const world = organization({ moreRoles: administrators, copying: { seconds: 0 } });
  let served: Served;
  beforeAll(async () => {
    served = await serve(world);
  });
  afterAll(() => served.close());

  const tags = { 'promote-ami:source': `${home}/${sourceRegion}/${sourceId}`, note: awkward, empty: '' };
  const everybody = [
    { kind: 'account', id: consumer },
    { kind: 'organization', id: organizationArn },
    { kind: 'organizational-unit', id: unitArn },
  ] as const;
  const image = () => world.images.get(sourceId);
  const holders = () => world.snapshots.get(second)?.createVolumePermissions.current;
  const pairs: readonly {
    readonly writes: readonly Printed[];
    readonly seen: () => unknown;
    readonly is: unknown;
  }[] = [
    {
      writes: [{ kind: 'set-tags', place: at, resourceIds: [sourceId, first], tags }],
      seen: () => [image()?.tags.get('note'), world.snapshots.get(first)?.tags.get('empty')],
      is: [awkward, ''],
    },
    {
      writes: [
        { kind: 'remove-tags', place: at, resourceIds: [sourceId, first], tags: { ...tags, empty: 'x' } },
      ],
      seen: () => [...(world.snapshots.get(first)?.tags.keys() ?? [])],
      is: ['empty'],
    },
    {
      writes: [{ kind: 'share-image', place: at, imageId: sourceId, add: everybody }],
      seen: () =>
        image()
          ?.launchPermissions.current.map(({ kind }) => kind)
          .sort(),
      is: ['account', 'organization', 'unit'],
    },
    {
      writes: [{ kind: 'unshare-image', place: at, imageId: sourceId, remove: everybody }],
      seen: () => image()?.launchPermissions.current,
      is: [],
    },
    {
      writes: [{ kind: 'share-snapshot', place: at, snapshotId: second, add: [prod, staging] }],
      seen: () => [...(holders() ?? [])].sort(),
      is: [prod, staging],
    },
    {
      writes: [{ kind: 'unshare-snapshot', place: at, snapshotId: second, remove: ['all', prod, staging] }],
      seen: holders,
      is: [],
    },
    {
      writes: [{ kind: 'require-imds-v2', place: at, imageId: sourceId }],
      seen: () => image()?.attributes.imdsSupport,
      is: 'v2.0',
    },
    {
      writes: [{ kind: 'deregister-image', place: at, imageId: sourceId }],
      seen: () => [image()?.state, world.snapshots.size],
      is: ['deregistered', 0],
    },
  ];

  it.each(pairs.map((pair) => ({ kind: pair.writes[0]?.kind, ...pair })))(
    'does what it says: $kind',
    async (pair) => {
      for (const write of pair.writes) {
        await shell(world, served.url, home, commandOf(write));
      }
      expect(pair.seen()).toEqual(pair.is);
    },
  );

  it('does what it says: delete-snapshot', async () => {
    const other = organization({ moreRoles: administrators });
    other.images.clear();
    const mine = await serve(other);
    await shell(other, mine.url, home, commandOf({ kind: 'delete-snapshot', place: at, snapshotId: first }));
    await mine.close();
    expect(snapshotsIn(other, home, sourceRegion).map(({ id }) => id)).toEqual([second]);
  });
});

describe('what a step prints to be pasted', () => {
  it.concurrent('closes a source that stayed open', async () => {
    const world = organization({ copying: { seconds: 600 }, moreRoles: administrators });
    const given = { accounts: `prod=${prod}\nstaging=${staging}`, 'kms-key': 'ebs-default' };
    const step = await run(world, inputs({ ...given, 'wait-minutes': '0' }));
    expect(openTo(world).image).toEqual([prod, staging]);
    await paste(world, home, blockIn(step.summary));
    expect(openTo(world)).toEqual({ image: [], snapshots: [[], []] });
  });

  it.concurrent('undoes what a rollback was not permitted to', async () => {
    const world = organization({ copying: { seconds: 60 }, moreRoles: administrators });
    const before = stateOf(world);
    const { step } = await interrupted(
      world,
      inputs({
        regions: `${sourceRegion}\neu-west-1`,
        tags: `team=web\nnote=it's $HOME`,
        'rollback-on': 'cancel',
      }),
      { way: 'cancel', when: polled(1) },
    );
    expect(stateOf(world)).not.toEqual(before);
    await paste(world, home, blockIn(step.post?.summary ?? ''));
    expect(stateOf(world)).toEqual(before);
  });

  it.concurrent('has an image that was copied by hand taken for the copy', async () => {
    const world = organization({ copying: { seconds: 0.2 }, moreRoles: administrators });
    const served = await serve(world);
    const copying = `aws ec2 copy-image --region eu-west-1 --source-region ${sourceRegion} --source-image-id ${sourceId} --name by-hand --encrypted --kms-key-id alias/ami`;
    await shell(world, served.url, home, copying);
    const [byHand] = imagesIn(world, home, 'eu-west-1');
    const plan = await run(world, inputs({ mode: 'plan' }));
    const command = plan.shown.match(/aws ec2 create-tags .*\}'/)?.[0] ?? '';
    await shell(world, served.url, home, command);
    await served.close();
    const step = await run(world, inputs(), { job: { runAttempt: '2' } });
    expect(JSON.parse(step.outputs['ami-ids'] ?? '')).toEqual({ 'eu-west-1': byHand?.id });
    expect(copiesIn(world, home, 'eu-west-1')).toHaveLength(1);
  });
});

/** The lines of the one block of a summary that is to be pasted. */
function blockIn(summary: string): string {
  const blocks = [...summary.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
  expect(blocks).toHaveLength(1);
  return blocks.join('');
}

async function paste(world: World, account: string, block: string): Promise<void> {
  const served = await serve(world);
  await shell(world, served.url, account, block);
  await served.close();
}
