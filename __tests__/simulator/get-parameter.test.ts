import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { failure, fixture, frankfurt, home, ireland, production, ssm, stranger, user } from './fixture.ts';
import { policy, statement } from './fixture-roles.ts';

const arnOf = (path: string, account = home, region = frankfurt) =>
  `arn:aws:ssm:${region}:${account}:parameter/${path}`;
const place = { account: home, region: frankfurt };
const web = {
  ...place,
  name: '/images/web',
  versions: [
    { value: 'ami-1', labels: ['tested', 'released'] },
    { value: 'ami-2', labels: ['candidate'] },
    { value: 'ami-3' },
  ],
};
const plain = { ...place, name: 'plain', value: 'text' };
const shared = { ...place, name: '/images/shared', value: 'ami-4', 'shared-with': [production] };

function worldWith(policies?: readonly unknown[], parts: Record<string, unknown> = {}): World {
  return fixture({
    accounts: [
      { id: home, name: 'home', users: [user(1, policies)] },
      { id: production, name: 'production', users: [user(2, policies)] },
      { id: stranger, name: 'stranger', users: [user(3, policies)] },
    ],
    parameters: [web, plain, shared],
    ...parts,
  }).world;
}

const ask = async (world: World, Name: string, number = 1, region = frankfurt) =>
  (await ssm(world, number, region).send(new GetParameterCommand({ Name }))).Parameter;
const allow = (...resources: string[]) => [
  policy(statement('Allow', 'ssm:GetParameter', { Resource: resources })),
];

describe('GetParameter', () => {
  it('gives the newest version with all that AWS says of it', async () => {
    expect(await ask(worldWith(), '/images/web')).toEqual({
      Name: '/images/web',
      Type: 'String',
      Value: 'ami-3',
      Version: 3,
      ARN: arnOf('images/web'),
      DataType: 'text',
      LastModifiedDate: new Date('2026-01-01T00:00:00Z'),
    });
  });

  it.each([
    ['/images/web:1', 'ami-1', 1, ':1'],
    ['/images/web:candidate', 'ami-2', 2, ':candidate'],
    ['/images/web:released', 'ami-1', 1, ':released'],
    [arnOf('images/web'), 'ami-3', 3, undefined],
    [`${arnOf('images/web')}:2`, 'ami-2', 2, ':2'],
    [`${arnOf('images/web')}:tested`, 'ami-1', 1, ':tested'],
    ['plain', 'text', 1, undefined],
    [arnOf('plain'), 'text', 1, undefined],
    [`${arnOf('plain')}:1`, 'text', 1, ':1'],
  ])('gives by %s', async (name, Value, Version, Selector) => {
    const found = await ask(worldWith(), name);
    expect(found).toMatchObject({ Value, Version });
    expect(found?.Selector).toBe(Selector);
  });

  it('sees what is written after it began', async () => {
    const world = worldWith();
    const parameter = world.parameters.get(arnOf('plain'));
    expect(parameter).toBeDefined();
    Object.assign(parameter ?? {}, {
      versions: [...(parameter?.versions ?? []), { value: 'new', labels: [] }],
    });
    expect(await ask(world, 'plain')).toMatchObject({ Value: 'new', Version: 2 });
  });

  it('gives a list as it is, and a secret as a ciphertext of each version', async () => {
    const world = worldWith(undefined, {
      parameters: [
        { ...place, name: 'list', type: 'StringList', value: 'a,b' },
        {
          ...place,
          name: 'secret',
          type: 'SecureString',
          versions: [{ value: 'hidden' }, { value: 'hidden' }],
        },
      ],
    });
    expect(await ask(world, 'list')).toMatchObject({ Type: 'StringList', Value: 'a,b' });
    const [first, second] = [await ask(world, 'secret:1'), await ask(world, 'secret')];
    expect(second).toMatchObject({
      Type: 'SecureString',
      Value: expect.stringMatching(/^AQICAH[\w+/=]{80,}$/),
    });
    expect(first?.Value).not.toBe(second?.Value);
  });

  it('is a read, which is recorded with what allowed it', async () => {
    const world = worldWith(allow(arnOf('images/*')));
    await ask(world, '/images/web:1');
    expect(world.record).toMatchObject([
      {
        ...{ service: 'ssm', action: 'GetParameter', mutating: false, code: 'ok', account: home },
        params: { Name: '/images/web:1' },
        allowedBy: [{ policy: 'home/user1 0', resource: arnOf('images/web') }],
      },
    ]);
  });
});

describe('GetParameter does not find', () => {
  it.each([
    ['another name', '/images/none', frankfurt],
    ['a name with a slash too much', '/plain', frankfurt],
    ['a name with a slash too little', 'images', frankfurt],
    ['a name of another Region', '/images/web', ireland],
    ['an ARN of another Region', arnOf('images/web'), ireland],
  ])('%s', async (_, name, region) => {
    const world = worldWith();
    const refusal = await failure(ask(world, name, 1, region));
    expect(refusal).toMatchObject({ code: 'ParameterNotFound', status: 400 });
    expect(refusal.message).not.toContain(name);
    expect(world.complaints).toEqual([]);
  });

  it('a name of another account', async () => {
    expect(await failure(ask(worldWith(), '/images/shared', 2))).toMatchObject({ code: 'ParameterNotFound' });
  });

  it.each([
    ['/images/web:4', 'version 4'],
    ['/images/web:0', 'version 0'],
    [`${arnOf('images/web')}:9`, 'version 9'],
    ['/images/web:newest', 'label newest'],
  ])('the version or label of %s', async (name, what) => {
    const refusal = await failure(ask(worldWith(), name));
    expect(refusal).toMatchObject({ code: 'ParameterVersionNotFound', status: 400 });
    expect(refusal.message).toContain(`could not find ${what} of /images/web.`);
  });

  it.each([
    'images/web',
    '/images/',
    '/images/web:1:2',
    '/images/web:',
    'two words',
    arnOf('images/web').replace('parameter', 'document'),
    arnOf('images/web').replace('arn:aws:', 'arn:aws-cn:'),
    arnOf('images/web').replace(':ssm:', ':kms:'),
    arnOf(''),
    'arn:aws:ssm',
  ])('what is no name: %s', async (name) => {
    expect(await failure(ask(worldWith(), name))).toMatchObject({ code: 'ValidationException', status: 400 });
  });

  it('an empty name', async () => {
    expect(await failure(ask(worldWith(), ''))).toMatchObject({ code: 'ValidationException' });
  });

  it.each(['/aws/service/ami-amazon-linux-latest/x', `arn:aws:ssm:${frankfurt}::parameter/aws/service/x`])(
    'the public parameter %s, and complains',
    async (name) => {
      const world = worldWith();
      expect(await failure(ask(world, name))).toMatchObject({ code: 'ParameterNotFound' });
      expect(world.complaints).toHaveLength(1);
    },
  );

  it('a decrypted value, and complains', async () => {
    const world = worldWith();
    const call = ssm(world).send(new GetParameterCommand({ Name: 'plain', WithDecryption: true }));
    expect(await failure(call)).toMatchObject({ code: 'UnsupportedOperation' });
    expect(world.complaints).toHaveLength(1);
  });
});

describe('GetParameter asks IAM', () => {
  const because = 'because no identity-based policy allows the ssm:GetParameter action';
  const denied = (resource: string, reason = because, number = 1, account = home) => ({
    code: 'AccessDeniedException',
    status: 400,
    message: `User: arn:aws:iam::${account}:user/user${number} is not authorized to perform: ssm:GetParameter on resource: ${resource} ${reason}`,
  });

  it('for the parameter, whatever version is meant', async () => {
    const world = worldWith(allow(arnOf('images/web')));
    await ask(world, '/images/web:1');
    await ask(world, arnOf('images/web'));
    expect(await failure(ask(world, 'plain'))).toEqual(denied(arnOf('plain')));
  });

  it('for the action of that name alone', async () => {
    const world = worldWith([policy(statement('Allow', ['ssm:GetParameters', 'ssm:Describe*']))]);
    expect(await failure(ask(world, 'plain'))).toEqual(denied(arnOf('plain')));
  });

  it('and lets a Deny win', async () => {
    const world = worldWith([policy(statement('Allow', '*'), statement('Deny', 'ssm:*'))]);
    const reason = 'with an explicit deny in an identity-based policy';
    expect(await failure(ask(world, 'plain'))).toEqual(denied(arnOf('plain'), reason));
  });

  it.each([
    ['denied', 'AccessDeniedException'],
    ['not-found', 'ParameterNotFound'],
  ])('for one that is not there, which is %s', async (setting, code) => {
    const world = worldWith(allow(arnOf('*')), { switches: { 'missing-parameter': setting } });
    expect(await failure(ask(world, '/images/none'))).toMatchObject({ code });
    expect(await failure(ask(worldWith(allow('*')), '/images/none'))).toMatchObject({
      code: 'ParameterNotFound',
    });
  });

  it('for all of the account where one is denied that is not there', async () => {
    const all = `arn:aws:ssm:${frankfurt}:${home}:*`;
    const name = '/images/none';
    expect(await failure(ask(worldWith(allow(arnOf('*'))), name))).toEqual(denied(all));
    expect(await failure(ask(worldWith(allow(all)), name))).toMatchObject({ code: 'ParameterNotFound' });
  });

  it('in the account of the caller, and there must be a share', async () => {
    const name = arnOf('images/shared');
    expect(await ask(worldWith(), name, 2)).toMatchObject({ Value: 'ami-4', ARN: name });
    expect(await ask(worldWith(), `${name}:1`, 2)).toMatchObject({ Selector: ':1' });
    const unshared = 'because no resource-based policy allows the ssm:GetParameter action';
    expect(await failure(ask(worldWith(), name, 3))).toEqual(denied(name, unshared, 3, stranger));
    expect(await failure(ask(worldWith([]), name, 2))).toEqual(denied(name, because, 2, production));
    const none = arnOf('images/none');
    expect(await failure(ask(worldWith(), none, 2))).toEqual(denied(none, unshared, 2, production));
  });

  it('in the Region of the call: a share reaches no other', async () => {
    const name = arnOf('images/shared');
    expect(await failure(ask(worldWith(), name, 2, ireland))).toMatchObject({
      code: 'AccessDeniedException',
    });
  });
});
