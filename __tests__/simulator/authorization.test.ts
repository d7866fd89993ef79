import {
  CopyImageCommand,
  CreateTagsCommand,
  DescribeImagesCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  failure,
  fixture,
  frankfurt,
  home,
  ireland,
  plainImage,
  plainSnapshot,
  production,
  stranger,
  user,
} from './fixture.ts';

const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const under = (...statements: object[]): World =>
  fixture({ accounts: [{ id: home, name: 'home', users: [user(1, [policy(...statements)])] }] }).world;

const tagged = { ResourceType: 'image' as const, Tags: [{ Key: 'run', Value: '7' }] };
const copy = (world: World, tags = false) =>
  ec2(world, 1, ireland).send(
    new CopyImageCommand({
      Name: 'copy',
      SourceImageId: plainImage,
      SourceRegion: frankfurt,
      ...(tags ? { TagSpecifications: [tagged] } : {}),
    }),
  );

describe('CopyImage asks IAM', () => {
  const resources = [
    `arn:aws:ec2:${ireland}::image/*`,
    `arn:aws:ec2:${ireland}::snapshot/*`,
    `arn:aws:ec2:${frankfurt}::image/${plainImage}`,
    `arn:aws:ec2:${frankfurt}::snapshot/${plainSnapshot}`,
  ];

  it('about the new image and snapshots and about the source and its snapshots, and nothing else', async () => {
    const world = under(allow('ec2:CopyImage', resources));
    await copy(world);
    expect(world.record[0]?.allowedBy.map((one) => one.resource)).toEqual(resources);
  });

  it.each(resources)('and is refused without %s', async (missing) => {
    const world = under(
      allow(
        'ec2:CopyImage',
        resources.filter((one) => one !== missing),
      ),
    );
    const refusal = await failure(copy(world));
    expect(refusal).toMatchObject({ code: 'UnauthorizedOperation', status: 403 });
    expect(refusal.message).toContain(
      `User: arn:aws:iam::${home}:user/user1 is not authorized to perform: ec2:CopyImage on resource: ${missing} ` +
        'because no identity-based policy allows the ec2:CopyImage action. Encoded authorization failure message: ',
    );
  });

  it('does not take a pattern of ids for a new image', async () => {
    const world = under(
      allow('ec2:CopyImage', [`arn:aws:ec2:${ireland}::image/ami-*`, ...resources.slice(1)]),
    );
    expect(await failure(copy(world))).toMatchObject({ code: 'UnauthorizedOperation' });
  });

  it('about ec2:CreateTags too where it tags, with the creating action and the tags as conditions', async () => {
    expect(await failure(copy(under(allow('ec2:CopyImage')), true))).toMatchObject({
      code: 'UnauthorizedOperation',
    });
    const condition = (equals: object) =>
      under(allow('ec2:CopyImage'), allow('ec2:CreateTags', '*', { Condition: { StringEquals: equals } }));
    await copy(condition({ 'ec2:CreateAction': 'CopyImage', 'aws:RequestTag/run': '7' }), true);
    expect(await failure(copy(condition({ 'ec2:CreateAction': 'CopySnapshot' }), true))).toMatchObject({
      code: 'UnauthorizedOperation',
    });
    expect(await failure(copy(condition({ 'aws:RequestTag/run': '8' }), true))).toMatchObject({
      code: 'UnauthorizedOperation',
    });
  });

  it('names an explicit denial', async () => {
    const world = under(allow('*'), { Effect: 'Deny', Action: 'ec2:CopyImage', Resource: '*' });
    expect((await failure(copy(world))).message).toContain(
      'with an explicit deny in an identity-based policy',
    );
  });
});

describe('other EC2 calls ask IAM', () => {
  it('reads about *, with no resource in the message', async () => {
    const refusal = await failure(
      ec2(under(allow('ec2:CopyImage'))).send(new DescribeImagesCommand({ Owners: ['self'] })),
    );
    expect(refusal.message).toContain('is not authorized to perform: ec2:DescribeImages because');
  });

  it('CreateTags without a creating action, and with the tags that the resource has', async () => {
    const tag = { Resources: [plainImage], Tags: [{ Key: 'run', Value: '7' }] };
    const creating = under(
      allow('ec2:CreateTags', '*', { Condition: { StringEquals: { 'ec2:CreateAction': 'CopyImage' } } }),
    );
    expect(await failure(ec2(creating).send(new CreateTagsCommand(tag)))).toMatchObject({
      code: 'UnauthorizedOperation',
    });
    const having = under(
      allow('ec2:CreateTags', `arn:aws:ec2:${frankfurt}::image/${plainImage}`, {
        Condition: { StringEquals: { 'aws:ResourceTag/version': '1' } },
      }),
    );
    await ec2(having).send(new CreateTagsCommand(tag));
    expect(having.record[0]).toMatchObject({
      action: 'CreateTags',
      mutating: true,
      code: 'ok',
      principal: `arn:aws:iam::${home}:user/user1`,
      params: tag,
      allowedBy: [
        {
          policy: 'home/user1 0',
          statement: 0,
          actionPattern: 'ec2:CreateTags',
          action: 'ec2:CreateTags',
          resource: `arn:aws:ec2:${frankfurt}::image/${plainImage}`,
        },
      ],
    });
  });

  it('before a dry run passes, which does not look whether the image is there', async () => {
    const share = {
      ImageId: 'ami-0000000000000dead',
      LaunchPermission: { Add: [{ UserId: production }] },
      DryRun: true,
    };
    const dry = (world: World) => failure(ec2(world).send(new ModifyImageAttributeCommand(share)));
    expect(await dry(under(allow('ec2:ModifyImageAttribute')))).toMatchObject({
      code: 'DryRunOperation',
      status: 412,
    });
    expect(await dry(under(allow('ec2:Describe*')))).toMatchObject({ code: 'UnauthorizedOperation' });
  });

  it('with conditions that the simulator cannot judge, which it complains about', async () => {
    const world = under(
      allow('ec2:ModifySnapshotAttribute', '*', {
        Condition: { StringEquals: { 'ec2:Add/userId': production } },
      }),
    );
    const Add = [production, stranger].map((UserId) => ({ UserId }));
    const change = { SnapshotId: plainSnapshot, CreateVolumePermission: { Add } };
    const call = ec2(world).send(new ModifySnapshotAttributeCommand(change));
    expect(await failure(call)).toMatchObject({ code: 'InternalError', status: 500 });
    expect(world.complaints).toHaveLength(1);
  });

  it('before they look whether the image is there', async () => {
    const share = { ImageId: 'ami-0000000000000dead', LaunchPermission: { Add: [{ UserId: production }] } };
    const world = under(allow('ec2:Describe*'));
    expect(await failure(ec2(world).send(new ModifyImageAttributeCommand(share)))).toMatchObject({
      code: 'UnauthorizedOperation',
    });
  });
});
