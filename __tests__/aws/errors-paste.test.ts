import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { GITHUB_ISSUER } from '../../simulator/oidc/issuer.ts';
import {
  allowAll,
  encryptedSnapshot,
  fixture,
  frankfurt,
  home,
  homeKey,
  ireland,
  production,
  user,
} from '../simulator/fixture.ts';
import { identity, roleArn, subject, trust } from '../simulator/fixture-oidc.ts';
import { type Action, actions, answering, failed, make, permitted } from './errors-fixture.ts';

/** Each role gets one of these, or what beside it a feature needs. */
const files = [
  'home-policy.json',
  'owner-policy.json',
  'verification-policy.json',
  'consumer-policy.json',
  'source-parameter-policy.json',
];

/** Actions that a role's own policies must allow. */
const needed = actions.filter((action) => !action.startsWith('sts:'));

const tagged = { TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'team', Value: 'x' }] }] };
const inputs: Partial<Record<Action, object>> = { 'ec2:CopyImage': tagged };

describe('the statement that a denial hands over', () => {
  it.each(needed)('is enough for %s, and for nothing else', async (action) => {
    const input = inputs[action] ?? {};
    const { text = '' } = (await failed(action, make(action, { world: permitted(), input }))).paste ?? {};
    await make(action, { world: permitted(JSON.parse(text)), input });
    const others = needed.filter((other) => other !== action && !text.includes(other));
    for (const other of others) {
      const world = permitted(JSON.parse(text));
      expect(await failed(other, make(other, { world }))).toMatchObject({ kind: 'permission' });
    }
  });

  it.each(needed)('for %s is no wider than the files in iam/', async (action) => {
    const input = inputs[action] ?? {};
    const { text = '' } = (await failed(action, make(action, { world: permitted(), input }))).paste ?? {};
    const statement = JSON.parse(text);
    const wholes = files.flatMap(policy).filter(({ Action }) => [Action].flat().includes(action));
    const wide = wholes
      .flatMap(({ Resource }) => Resource)
      .map((resource) =>
        resource
          .replace(/(HOME_|OWNER_)?ACCOUNT_ID/, home)
          .replace('PARAMETER_NAME', 'images/web')
          .replace(/kms:\*|SOURCE_REGION/, (part) =>
            part === 'kms:*' ? 'kms:eu-central-1' : 'eu-central-1',
          ),
      );
    for (const resource of [statement.Resource].flat()) {
      expect(wide.some((pattern) => resource === pattern || covers(pattern, resource))).toBe(true);
    }
  });

  it('lets the role share a snapshot under a key', async () => {
    const action = 'ec2:ModifySnapshotAttribute';
    const input = { SnapshotId: encryptedSnapshot };
    const ec2 = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' };
    const { text = '' } = (await failed(action, make(action, { world: permitted(ec2), input }))).paste ?? {};
    await make(action, { world: permitted(ec2, JSON.parse(text)), input });
  });

  it.each([
    ['us-gov-west-1', 'aws-us-gov'],
    ['cn-north-1', 'aws-cn'],
  ])('is of the partition: %s', async (region, partition) => {
    const answer = make('ec2:ModifyImageAttribute', { world: permitted() });
    const failure = await failed('ec2:ModifyImageAttribute', answer, { where: `${home}/${region}` });
    expect(JSON.parse(failure.paste?.text ?? '').Resource).toBe(`arn:${partition}:ec2:*::image/*`);
  });
});

describe('the statement for the policy of something else', () => {
  const hub = `arn:aws:iam::${production}:user/user2`;

  it('lets the hub role assume a role, once the external id is filled in', async () => {
    const world = (statement: object) => {
      const trusting = { Version: '2012-10-17', Statement: statement };
      const roles = [{ name: 'promote-ami', 'trust-policy': trusting, policies: [allowAll] }];
      const accounts = [
        { id: home, name: 'home', roles },
        { id: production, name: 'production', users: [user(2)] },
      ];
      return fixture({ accounts }).world;
    };
    const nobody = { Effect: 'Allow', Principal: { AWS: roleArn }, Action: 'sts:AssumeRole' };
    const call = { number: 2, input: { ExternalId: 'the-external-id' } };
    const answer = make('sts:AssumeRole', { ...call, world: world(nobody) });
    const { text = '' } =
      (await failed('sts:AssumeRole', answer, { role: roleArn, hub, externalId: true })).paste ?? {};
    const trusting = world(JSON.parse(text.replace('EXTERNAL_ID', 'the-external-id')));
    await make('sts:AssumeRole', { ...call, world: trusting });
    const other = make('sts:AssumeRole', { number: 2, world: trusting });
    expect(await failed('sts:AssumeRole', other)).toMatchObject({ code: 'AccessDenied' });
  });

  it('lets exactly the workflow in that was refused', async () => {
    const github = await identity();
    const strict = github.federated({ role: { 'trust-policy': trust({ 'sts:RoleSessionName': 'x' }) } });
    const presented = { iss: GITHUB_ISSUER, sub: subject, aud: 'sts.amazonaws.com' };
    const action = 'sts:AssumeRoleWithWebIdentity';
    const { text = '' } = (await failed(action, github.assume(strict.world), { presented })).paste ?? {};
    const { world, clock } = github.federated({
      role: { 'trust-policy': { Version: '2012-10-17', Statement: JSON.parse(text) } },
    });
    await github.assume(world);
    const WebIdentityToken = await github.token(clock.now(), { sub: `${subject}-2` });
    const other = github.assume(world, { WebIdentityToken });
    expect(await failed(action, other)).toMatchObject({ code: 'AccessDenied' });
  });

  it('lets a role of another account look at a key', async () => {
    const action = 'kms:DescribeKey';
    const world = (...policies: readonly object[]) =>
      fixture({
        keys: [{ id: homeKey, account: home, region: frankfurt, policies: ['default', ...policies] }],
        snapshots: [],
        images: [],
      }).world;
    const answer = make(action, { number: 2, world: world() });
    const { text = '' } = (await failed(action, answer, { role: hub })).paste ?? {};
    const opened = world({ Version: '2012-10-17', Statement: JSON.parse(text) });
    await make(action, { number: 2, world: opened });
  });
});

describe('the command that a failure hands over', () => {
  it.each<readonly [Action, string, string]>([
    ['kms:DescribeKey', 'NotFoundException', `aws kms list-aliases --region ${ireland}`],
    ['ec2:CopyImage', 'InvalidAMIID.NotFound', `aws ec2 get-allowed-images-settings --region ${ireland}`],
    ['ec2:CreateTags', 'TagPolicyViolation', `--policy-type TAG_POLICY --target-id ${home}`],
    ['ec2:CopyImage', 'ResourceLimitExceeded', `--output table --region ${ireland}`],
    ['ec2:ModifyImageAttribute', 'OperationNotPermitted', 'aws ec2 get-image-block-public-access-state'],
    [
      'ec2:ModifySnapshotAttribute',
      'OperationNotPermitted',
      'aws ec2 get-snapshot-block-public-access-state',
    ],
    ['sts:AssumeRoleWithWebIdentity', 'InvalidIdentityToken', '--client-id-list sts.amazonaws.com\n'],
  ])('of %s: %s', async (action, code, command) => {
    const answer = make(action, { world: answering(action, code) });
    const failure = await failed(action, answer, { where: `${home}/${ireland}` });
    expect(failure.paste?.text).toContain(command);
  });

  it.each<readonly [Action, string]>([
    ['ec2:DescribeImages', 'AuthFailure'],
    ['kms:DescribeKey', 'UnrecognizedClientException'],
  ])('of %s: %s enables a Region that an account may not have, and no other', async (action, code) => {
    const told = (region: string) =>
      failed(action, make(action, { world: answering(action, code) }), { where: `${home}/${region}` });
    expect((await told('me-central-1')).paste?.text).toBe(
      'aws account enable-region --region-name me-central-1',
    );
    expect((await told(ireland)).paste).toBeUndefined();
  });

  it('registers the issuer and the audience that the workflow presented', async () => {
    const action = 'sts:AssumeRoleWithWebIdentity';
    const { world } = fixture({ faults: [{ action, do: 'error', code: 'InvalidIdentityToken' }] });
    const presented = { iss: 'https://token.example.com/x', aud: 'images' };
    const { text = '' } = (await failed(action, make(action, { world }), { presented })).paste ?? {};
    expect(text.split('\n')).toEqual([
      'aws iam create-open-id-connect-provider --url https://token.example.com/x --client-id-list images',
      `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn arn:aws:iam::${home}:oidc-provider/token.example.com/x --client-id images`,
    ]);
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** What a file allows. */
function policy(name: string): readonly Statement[] {
  const text = readFileSync(join(import.meta.dirname, '../../iam', name), 'utf8');
  const statements: readonly Statement[] = parse(text).Statement;
  return statements.filter(({ Effect }) => Effect === 'Allow');
}

function covers(pattern: string, resource: string): boolean {
  return pattern.endsWith('*') && resource.startsWith(pattern.slice(0, -1));
}
