import { DescribeImagesCommand, type DescribeImagesCommandInput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  encryptedImage,
  failure,
  fixture,
  frankfurt,
  home,
  image,
  innerUnitArn,
  ireland,
  managedImage,
  management,
  organizationArn,
  outerUnitArn,
  plainImage,
  plainSnapshot,
  production,
  stranger,
} from './fixture.ts';

const ask = (world: World, input: DescribeImagesCommandInput, number = 1, region = frankfurt) =>
  ec2(world, number, region).send(new DescribeImagesCommand(input));
const ids = async (world: World, input: DescribeImagesCommandInput, number = 1) =>
  ((await ask(world, input, number)).Images ?? []).map((found) => found.ImageId);
const one = (more: Record<string, unknown>) =>
  fixture({ images: [image(plainImage, plainSnapshot, more)] }).world;

describe('DescribeImages by id', () => {
  it('leaves out what is not shared with the caller, and what is deregistered', async () => {
    expect(await ids(one({}), { ImageIds: [plainImage] }, 2)).toEqual([]);
    expect(await ids(one({ state: 'deregistered' }), { ImageIds: [plainImage] })).toEqual([]);
  });

  it('fails as a whole for one id that never existed, or is in another Region', async () => {
    const { world } = fixture();
    expect(await failure(ids(world, { ImageIds: [plainImage, 'ami-0000000000000dead'] }))).toMatchObject({
      code: 'InvalidAMIID.NotFound',
      message: "The image id '[ami-0000000000000dead]' does not exist",
    });
    expect(await failure(ask(world, { ImageIds: [plainImage] }, 1, ireland))).toMatchObject({
      code: 'InvalidAMIID.NotFound',
    });
  });

  it.each(['ami-xyz', 'snap-0000000000000000a', 'ami-00000000000000000', 'ami-11111111111111111', 'ami-123'])(
    'calls %s malformed',
    async (id) => {
      expect(await failure(ids(fixture().world, { ImageIds: [id] }))).toMatchObject({
        code: 'InvalidAMIID.Malformed',
      });
    },
  );

  it('shows the owner a disabled image', async () => {
    const world = one({ state: 'disabled' });
    expect(await ids(world, { ImageIds: [plainImage] })).toEqual([plainImage]);
    expect(await ids(world, { Owners: ['self'] })).toEqual([]);
    expect(await ids(world, { Owners: ['self'], IncludeDisabled: true })).toEqual([plainImage]);
  });

  it('shows the tags to the owner only', async () => {
    const world = one({ tags: { a: '1' }, 'launch-permissions': [production] });
    expect((await ask(world, { ImageIds: [plainImage] })).Images?.[0]?.Tags).toEqual([
      { Key: 'a', Value: '1' },
    ]);
    expect((await ask(world, { ImageIds: [plainImage] }, 2)).Images?.[0]).not.toHaveProperty('Tags');
    expect(await ids(world, { Filters: [{ Name: 'tag:a', Values: ['1'] }] }, 2)).toEqual([]);
  });
});

describe('who sees an image', () => {
  const foreign = organizationArn.replace('exampleorg1', 'exampleorg2');
  const rows: [string, readonly string[], readonly number[]][] = [
    ['nobody else', [], [1]],
    ['an account', [production], [1, 2]],
    ['its organization', [organizationArn], [1, 2]],
    ['another organization', [foreign], [1]],
    ['a unit', [innerUnitArn], [1, 2]],
    ['the unit around it', [outerUnitArn], [1, 2]],
    ['everyone', ['all'], [1, 2, 3]],
  ];

  it.each(rows)('shared with %s', async (_, permissions, readers) => {
    const world = one({ 'launch-permissions': permissions });
    for (const number of [1, 2, 3]) {
      const expected = readers.includes(number) ? [plainImage] : [];
      expect(await ids(world, {}, number)).toEqual(expected);
      expect(await ids(world, { ImageIds: [plainImage] }, number)).toEqual(expected);
    }
  });

  it.each(['pending', 'failed', 'disabled', 'deregistered'])('not while it is %s', async (state) => {
    const world = one({ state, 'launch-permissions': [production] });
    expect(await ids(world, { IncludeDisabled: true }, 2)).toEqual([]);
    expect(await ids(world, { ImageIds: [plainImage] }, 2)).toEqual([]);
  });

  it('does not count the accounts of an inner unit the other way round', async () => {
    const world = fixture({
      organization: {
        id: 'o-exampleorg1',
        'management-account': management,
        units: [
          { id: 'ou-ab12-11111111', accounts: [production] },
          { id: 'ou-ab12-22222222', parent: 'ou-ab12-11111111', accounts: [stranger] },
        ],
      },
      images: [image(plainImage, plainSnapshot, { 'launch-permissions': [innerUnitArn] })],
    }).world;
    expect(await ids(world, {}, 2)).toEqual([]);
    expect(await ids(world, {}, 3)).toEqual([plainImage]);
  });
});

describe('DescribeImages without ids', () => {
  it('goes by owners', async () => {
    const { world } = fixture();
    const all = [plainImage, encryptedImage, managedImage];
    expect(await ids(world, { Owners: ['self'] })).toEqual(all);
    expect(await ids(world, { Owners: [home] })).toEqual(all);
    expect(await ids(world, { Owners: [production, 'amazon'] })).toEqual([]);
    expect(await failure(ids(world, { Owners: ['me'] }))).toMatchObject({ code: 'InvalidUserID.Malformed' });
  });

  it('goes by who may launch', async () => {
    const shared = one({ 'launch-permissions': [organizationArn] });
    expect(await ids(shared, { ExecutableUsers: ['self'] }, 2)).toEqual([plainImage]);
    expect(await ids(shared, { ExecutableUsers: [production] })).toEqual([]);
    expect(await ids(shared, { ExecutableUsers: ['all'] })).toEqual([]);
    expect(await ids(one({ 'launch-permissions': ['all'] }), { ExecutableUsers: ['all'] }, 3)).toEqual([
      plainImage,
    ]);
    expect(await ids(one({ 'launch-permissions': [production] }), { ExecutableUsers: [production] })).toEqual(
      [plainImage],
    );
    expect(await ids(one({}), { ExecutableUsers: ['self'] })).toEqual([]);
    expect(await ids(one({ 'launch-permissions': ['all'] }), { ExecutableUsers: ['self'] }, 3)).toEqual([]);
  });

  it('hides deprecated images from everybody but the owner', async () => {
    const world = one({ deprecated: '2026-01-01T00:00:00Z', 'launch-permissions': [production] });
    expect(await ids(world, {})).toEqual([plainImage]);
    expect(await ids(world, {}, 2)).toEqual([]);
    expect(await ids(world, { IncludeDeprecated: true }, 2)).toEqual([plainImage]);
    expect(await ids(world, { ImageIds: [plainImage] }, 2)).toEqual([plainImage]);
  });
});

describe('filters', () => {
  const world = one({
    name: 'web/1.2 (x)',
    tags: { stage: 'beta', team: 'a*b' },
    lineage: { image: encryptedImage, region: ireland },
    'boot-mode': 'uefi',
  });
  const fits = async (...filters: [string, ...string[]][]) =>
    (await ids(world, { Filters: filters.map(([Name, ...Values]) => ({ Name, Values })) })).length === 1;

  it.each([
    ['name', 'web/1.2 (x)'],
    ['owner-id', home],
    ['state', 'available'],
    ['source-image-id', encryptedImage],
    ['source-image-region', ireland],
    ['tag:stage', 'beta'],
    ['tag-key', 'team'],
    ['image-id', plainImage],
    ['block-device-mapping.snapshot-id', plainSnapshot],
    ['block-device-mapping.encrypted', 'false'],
    ['architecture', 'x86_64'],
    ['is-public', 'false'],
    ['creation-date', '2026-01-01T*'],
    ['root-device-type', 'ebs'],
  ])('%s', async (name, value) => {
    expect(await fits([name, value])).toBe(true);
    expect(await fits([name, `${value}x`])).toBe(false);
  });

  it('join values by or and filters by and', async () => {
    expect(await fits(['name', 'no', 'web/1.2 (x)'])).toBe(true);
    expect(await fits(['name', 'web/1.2 (x)'], ['state', 'pending'])).toBe(false);
  });

  it('have wildcards, case, and escapes', async () => {
    expect(await fits(['name', 'web*'])).toBe(true);
    expect(await fits(['name', 'web/1?2 (x)'])).toBe(true);
    expect(await fits(['name', 'web/1?'])).toBe(false);
    expect(await fits(['name', 'WEB*'])).toBe(false);
    expect(await fits(['tag:team', 'a\\*b'])).toBe(true);
    expect(await fits(['tag:stage', 'b\\*'])).toBe(false);
    expect(await fits(['name', 'web.1.2 (x)'])).toBe(false);
  });

  it('that nobody knows are an error and a complaint', async () => {
    const { world: fresh } = fixture();
    expect(await failure(ids(fresh, { Filters: [{ Name: 'color', Values: ['red'] }] }))).toMatchObject({
      code: 'InvalidParameterValue',
      message: "The filter 'color' is invalid",
    });
    expect(fresh.complaints).toHaveLength(1);
  });

  it('take 200 values', async () => {
    const many = (count: number) => [
      { Name: 'name', Values: Array.from({ length: count }, (_, n) => `n${n}`) },
    ];
    expect(await ids(world, { Filters: many(200) })).toEqual([]);
    expect(await failure(ids(world, { Filters: many(201) }))).toMatchObject({ code: 'FilterLimitExceeded' });
  });
});

describe('pages', () => {
  const many = () =>
    fixture({
      images: Array.from({ length: 12 }, (_, n) =>
        image(`ami-000000000000001${String(n).padStart(2, '0')}`, plainSnapshot, {
          tags: n === 11 ? { last: '1' } : {},
        }),
      ),
    }).world;

  it('end when there is no token, even if one is empty', async () => {
    const world = many();
    const filter = { Owners: ['self'], Filters: [{ Name: 'tag:last', Values: ['1'] }], MaxResults: 5 };
    const sizes: number[] = [];
    let token: string | undefined;
    do {
      const page = await ask(world, token === undefined ? filter : { ...filter, NextToken: token });
      sizes.push(page.Images?.length ?? 0);
      token = page.NextToken;
    } while (token !== undefined);
    expect(sizes).toEqual([0, 0, 1]);
  });

  it('refuse a token of another question', async () => {
    const world = many();
    const { NextToken } = await ask(world, { Owners: ['self'], MaxResults: 5 });
    expect(await failure(ask(world, { MaxResults: 5, NextToken }))).toMatchObject({
      code: 'InvalidNextToken',
    });
    expect(await failure(ask(world, { MaxResults: 5, NextToken: 'x' }))).toMatchObject({
      code: 'InvalidNextToken',
    });
  });

  it('hold 5 to 1000 images and cannot be had of ids', async () => {
    const world = many();
    expect(await failure(ask(world, { MaxResults: 4 }))).toMatchObject({
      code: 'InvalidParameterValue',
      message: "Invalid value '4' for maxResults. Expecting a value greater than 5.",
    });
    expect(await failure(ask(world, { MaxResults: 1001 }))).toMatchObject({ code: 'InvalidParameterValue' });
    expect(await failure(ask(world, { MaxResults: 5, ImageIds: [plainImage] }))).toMatchObject({
      code: 'InvalidParameterCombination',
    });
  });
});
