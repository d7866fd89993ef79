import { describe, expect, it } from '@jest/globals';
import { allowAll, fixture, home, homeKeyArn, user } from '../simulator/fixture.ts';
import { identity } from '../simulator/fixture-oidc.ts';
import { type Action, answering, failed, make, role } from './errors-fixture.ts';

const hub = 'arn:aws:iam::999999999999:role/hub';
const said = (action: string, reason: string) =>
  `User: arn:aws:sts::${home}:assumed-role/ami-promotion/run is not authorized to perform: ${action} on resource: arn:aws:ec2:eu-central-1::image/* ${reason}`;

function denied(action: Action, code: string, message: string, more = {}) {
  return failed(action, make(action, { world: answering(action, code, message, 403) }), more);
}

describe('a denial that quotes a policy above the role is told as that', () => {
  it.each([
    ['service control policy', 'A service control policy', "administrator of the organization's management"],
    ['resource control policy', 'A resource control policy', 'organization that owns the resource'],
    ['permissions boundary', "The role's permissions boundary", 'Whoever set the permissions boundary'],
    ['session policy', 'The session policy', 'Whoever made these credentials'],
    ['VPC endpoint policy', 'The policy of the VPC endpoint', 'owner of that VPC endpoint'],
  ])('%s, by a Deny or by not allowing', async (policy, is, keeper) => {
    const deny = await denied(
      'ec2:CopyImage',
      'UnauthorizedOperation',
      said('ec2:CopyImage', `with an explicit deny in a ${policy}`),
    );
    const missing = await denied(
      'ec2:CopyImage',
      'UnauthorizedOperation',
      said('ec2:CopyImage', `because no ${policy} allows the ec2:CopyImage action`),
    );
    for (const failure of [deny, missing]) {
      expect(failure).toMatchObject({ code: 'UnauthorizedOperation', kind: 'permission', paste: undefined });
      expect(failure.meaning).toContain(is);
      expect(`${failure.meaning} ${failure.cure}`).toContain(keeper);
      expect(failure.meaning).toContain(role);
    }
    expect(deny.meaning).toContain(`explicitly denies ec2:CopyImage to ${role}.`);
    expect(deny.cure).toContain('which no Allow overrides');
    expect(missing.meaning).toContain(`does not allow ${role} to do ec2:CopyImage.`);
  });

  it('also where KMS and STS say it', async () => {
    const reason = 'with an explicit deny in a service control policy';
    const kms = await denied('kms:DescribeKey', 'AccessDeniedException', said('kms:DescribeKey', reason));
    expect(kms.meaning).toContain(`explicitly denies kms:DescribeKey to ${role}`);
    const web = 'sts:AssumeRoleWithWebIdentity';
    const sts = await denied(
      web,
      'AccessDenied',
      said(web, 'with an explicit deny in a resource control policy'),
    );
    expect(sts.meaning).toContain(`explicitly denies ${web} to this workflow`);
    const chained = await denied('sts:AssumeRole', 'AccessDenied', said('sts:AssumeRole', reason), { hub });
    expect(chained.meaning).toContain(`explicitly denies sts:AssumeRole to ${hub}`);
    expect([kms.paste, sts.paste, chained.paste]).toEqual([undefined, undefined, undefined]);
  });

  it('and a word of such a policy elsewhere in the text changes nothing', async () => {
    const failure = await denied(
      'ec2:CopyImage',
      'UnauthorizedOperation',
      'See your service control policy.',
    );
    expect(failure.meaning).toContain('may not do ec2:CopyImage');
    expect(failure.paste?.text).toContain('"Allow"');
  });
});

describe('a denial by what stands above the role in the organization', () => {
  const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
  const deny = (Action: string, more = {}) => ({ Effect: 'Deny', Action, Resource: '*', ...more });
  const limited = (limits: object) =>
    fixture({ accounts: [{ id: home, name: 'home', users: [user(1)], ...limits }] }).world;

  it.each<readonly [string, Action, object, string]>([
    [
      'a Deny in a service control policy',
      'ec2:CopyImage',
      { 'service-control-policies': [allowAll, document(deny('ec2:CopyImage'))] },
      'A service control policy of the organization explicitly denies ec2:CopyImage',
    ],
    [
      'a service control policy that allows other things',
      'ec2:ModifyImageAttribute',
      { 'service-control-policies': [document({ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' })] },
      'A service control policy of the organization does not allow',
    ],
    [
      'a Deny in a service control policy, said by KMS',
      'kms:DescribeKey',
      { 'service-control-policies': [allowAll, document(deny('kms:*'))] },
      'A service control policy of the organization explicitly denies kms:DescribeKey',
    ],
    [
      'a Deny in a resource control policy',
      'kms:DescribeKey',
      { 'resource-control-policies': [document(deny('kms:DescribeKey', { Principal: '*' }))] },
      'A resource control policy of the organization that owns the resource explicitly denies',
    ],
  ])('%s', async (_, action, limits, tells) => {
    const failure = await failed(action, make(action, { world: limited(limits) }));
    expect(failure).toMatchObject({ kind: 'permission', paste: undefined });
    expect(failure.meaning).toContain(tells);
    expect(failure.cure).toContain('management account');
  });

  it.each([
    ['a Deny', [allowAll.Statement, deny('ec2:CopyImage')], 'explicitly denies ec2:CopyImage to'],
    ['allowing other things', [{ ...allowAll.Statement, Action: 'kms:*' }], 'does not allow'],
  ])('the boundary of the role: %s', async (_, statements, tells) => {
    const github = await identity();
    const { world } = github.federated({ role: { 'permissions-boundary': document(...statements) } });
    const settings = await github.sessionOf(world);
    const failure = await failed('ec2:CopyImage', make('ec2:CopyImage', { world, settings }));
    expect(failure).toMatchObject({ code: 'UnauthorizedOperation', kind: 'permission', paste: undefined });
    expect(failure.meaning).toContain(`The role's permissions boundary ${tells}`);
    expect(failure.cure).toContain('Whoever set the permissions boundary');
  });
});

describe("a denial by the role's own policies", () => {
  it('by a Deny has nothing to paste: no Allow overrides it', async () => {
    const failure = await denied(
      'ec2:CopyImage',
      'UnauthorizedOperation',
      said('ec2:CopyImage', 'with an explicit deny in an identity-based policy'),
    );
    expect(failure.meaning).toContain("One of the role's own policies explicitly denies ec2:CopyImage");
    expect(failure.cure).toContain('takes ec2:CopyImage out of the Deny');
    expect(failure.paste).toBeUndefined();
  });

  it('by a missing Allow has the statement to paste, for the action that AWS names', async () => {
    const failure = await denied(
      'ec2:CopyImage',
      'UnauthorizedOperation',
      said('ec2:CreateTags', 'because no identity-based policy allows the ec2:CreateTags action'),
    );
    expect(JSON.parse(failure.paste?.text ?? '')).toEqual({
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: ['arn:aws:ec2:*::image/*', 'arn:aws:ec2:*::snapshot/*'],
    });
  });
});

describe('a denial by the policy of a key', () => {
  it('is for the owner of the key, with the statement of a key policy', async () => {
    const reason = 'because no resource-based policy allows the kms:DescribeKey action';
    const failure = await denied('kms:DescribeKey', 'AccessDeniedException', said('kms:DescribeKey', reason));
    expect(failure.meaning).toContain(`The key policy does not allow ${role}`);
    expect(failure.cure).toContain('The owner of the key');
    expect(JSON.parse(failure.paste?.text ?? '')).toMatchObject({ Principal: { AWS: role }, Resource: '*' });
  });

  it('by a Deny has nothing to paste', async () => {
    const reason = 'with an explicit deny in a resource-based policy';
    const failure = await denied('kms:DescribeKey', 'AccessDeniedException', said('kms:DescribeKey', reason));
    expect(failure.meaning).toContain('The key policy explicitly denies');
    expect(failure.paste).toBeUndefined();
  });

  it('names the key that was asked for, or the one that AWS names, in the statement for the role', async () => {
    const plain = await denied('kms:DescribeKey', 'AccessDeniedException', 'No.');
    expect(JSON.parse(plain.paste?.text ?? '')).toMatchObject({
      Resource: `arn:aws:kms:eu-central-1:${home}:key/*`,
    });
    const named = await denied('kms:DescribeKey', 'AccessDeniedException', `No to ${homeKeyArn}.`);
    expect(JSON.parse(named.paste?.text ?? '')).toMatchObject({ Resource: homeKeyArn });
    const known = await denied('kms:DescribeKey', 'AccessDeniedException', 'No.', { resource: homeKeyArn });
    expect(JSON.parse(known.paste?.text ?? '')).toMatchObject({ Resource: homeKeyArn });
  });
});

describe('a denial by the policy of a parameter', () => {
  it('is for the owner of the parameter, with a statement that names it', async () => {
    const reason = 'because no resource-based policy allows the ssm:GetParameter action';
    const arn = 'arn:aws:ssm:eu-central-1:999999999999:parameter/images/web';
    const more = { resource: arn };
    const text = said('ssm:GetParameter', reason);
    const failure = await denied('ssm:GetParameter', 'AccessDeniedException', text, more);
    expect(failure.cure).toContain('The owner of the parameter');
    expect(failure.paste?.into).toEqual({ kind: 'parameter', arn });
    expect(JSON.parse(failure.paste?.text ?? '')).toEqual({
      Effect: 'Allow',
      Principal: { AWS: role },
      Action: 'ssm:GetParameter',
      Resource: arn,
    });
  });
});

describe('a role that does not let somebody in', () => {
  it('says hub and role, and who must change what; the external id is never in it', async () => {
    const more = { hub, externalId: true };
    const failure = await denied('sts:AssumeRole', 'AccessDenied', 'Not authorized', more);
    expect(failure.meaning).toContain(`${hub} may not assume ${role}`);
    expect(failure.meaning).toContain('another external id than role-external-id');
    expect(failure.cure).toContain('an administrator of the target account');
    expect(JSON.parse(failure.paste?.text ?? '')).toEqual({
      Effect: 'Allow',
      Principal: { AWS: hub },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'EXTERNAL_ID' } },
    });
  });

  it('asks for no external id where none was given', async () => {
    const failure = await denied('sts:AssumeRole', 'AccessDenied', 'Not authorized', { hub });
    expect(failure.meaning).toContain('which is given by role-external-id');
    expect(JSON.parse(failure.paste?.text ?? '')).not.toHaveProperty('Condition');
  });

  it("is told as the hub's own policies where AWS says so", async () => {
    const reason = 'because no identity-based policy allows the sts:AssumeRole action';
    const failure = await denied('sts:AssumeRole', 'AccessDenied', said('sts:AssumeRole', reason), { hub });
    expect(failure.cure).toContain("administrator of the hub role's account");
    expect(JSON.parse(failure.paste?.text ?? '')).toEqual({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: role,
    });
  });

  it('says what the workflow presented, with a trust policy for exactly that', async () => {
    const presented = {
      iss: 'https://token.actions.githubusercontent.com',
      sub: 'repo:octo/images:environment:prod',
      aud: 'sts.amazonaws.com',
    };
    const web = 'sts:AssumeRoleWithWebIdentity';
    const failure = await denied(web, 'AccessDenied', `Not authorized to perform ${web}`, { presented });
    expect(failure.meaning).toContain('presented sub = repo:octo/images:environment:prod.');
    expect(JSON.parse(failure.paste?.text ?? '')).toEqual({
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${home}:oidc-provider/token.actions.githubusercontent.com` },
      Action: web,
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': 'repo:octo/images:environment:prod',
        },
      },
    });
    const unknown = await denied(web, 'AccessDenied', `Not authorized to perform ${web}`);
    expect(unknown.paste).toBeUndefined();
    expect(unknown.cure).not.toContain('names no environment');
  });

  const web = 'sts:AssumeRoleWithWebIdentity';
  const inEnvironment = 'repo:octo/images:environment:prod';

  it.each([
    ['a branch', 'repo:octo/images:ref:refs/heads/main', 'Not authorized'],
    ['a pull request', 'repo:octo/images:pull_request', 'Not authorized'],
    ['a branch of that name', 'repo:octo/images:ref:refs/heads/environment', 'Not authorized'],
    [
      'a branch, where AWS names the trust policy',
      'repo:octo/images:ref:refs/heads/main',
      said(web, `because no role trust policy allows the ${web} action`),
    ],
  ])('hands over no statement to a job without an environment: %s', async (_, sub, message) => {
    for (const region of ['eu-central-1', 'cn-north-1']) {
      const presented = { sub, aud: 'sts.amazonaws.com', repository_id: '7' };
      const more = { presented, where: `${home}/${region}` };
      const failure = await denied(web, 'AccessDenied', message, more);
      expect(failure.paste).toBeUndefined();
      expect(failure.cure).toContain('This job names no environment');
      expect(failure.cure).toContain('add `environment:` to the job.');
      expect(failure.cure).not.toContain('statement');
    }
  });

  it.each([
    ['eu-central-1', inEnvironment, true],
    ['eu-central-1', 'repo:octo/images', true],
    ['cn-north-1', inEnvironment, true],
    ['us-gov-west-1', 'repo:octo/images', false],
  ])('hands over what names the environment in %s, for the subject %s: %s', async (region, sub, hands) => {
    const presented = { sub, aud: 'sts.amazonaws.com', environment: 'prod' };
    const more = { presented, where: `${home}/${region}` };
    const failure = await denied(web, 'AccessDenied', 'Not authorized', more);
    expect(failure.paste !== undefined).toBe(hands);
    expect(failure.cure).not.toContain('names no environment');
  });

  it('says first what everybody can check, before it sends to an administrator', async () => {
    const token = await denied(web, 'AccessDenied', 'Not authorized', {
      presented: { sub: inEnvironment, aud: 'sts.amazonaws.com' },
    });
    const chained = await denied('sts:AssumeRole', 'AccessDenied', 'Not authorized', { hub });
    for (const { cure } of [token, chained]) {
      expect(cure).toMatch(/^Check first that \S+ has the right account and the right name/);
    }
  });
});
