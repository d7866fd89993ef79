import { describe, expect, it } from '@jest/globals';
import { around, faultsOf, promotionOf, type Said, sentencesOf } from './asking.ts';

const prod = '444455556666';
const hub = 'arn:aws:iam::777788889999:role/team/ami-hub';
const ambient: Said = { role: 'none', 'ambient-credentials': 'true' };
const withKeys = around({}, true);

describe('A hub', () => {
  it('is a role, and hands over an external id if there is one', () => {
    const audience = 'sts.amazonaws.com';
    expect(promotionOf({ 'hub-role': hub }).credentials).toEqual({
      kind: 'oidc',
      audience,
      hub: { roleArn: hub, externalId: undefined },
    });
    expect(promotionOf({ 'hub-role': hub, 'role-external-id': 'a/b:c-1=,.@+_' }).credentials).toEqual({
      kind: 'oidc',
      audience,
      hub: { roleArn: hub, externalId: 'a/b:c-1=,.@+_' },
    });
  });

  it('is in the partition of the source', () => {
    expect(sentencesOf({ 'hub-role': hub.replace('aws', 'aws-cn') })).toEqual([
      expect.stringMatching(/ is in the partition aws-cn, and the source is in aws; name a role of aws$/),
    ]);
  });

  it.each([
    ['ami-hub', 'is not the ARN of a role'],
    ['/team/ami-hub', 'is not the ARN of a role'],
    ['arn:aws:iam::{account}:role/ami-hub', 'holds a placeholder, and there is but one hub'],
    ['arn:{partition}:iam::777788889999:role/ami-hub', 'holds a placeholder, and there is but one hub'],
    ['arn:aws:iam::777788889999:user/ami-hub', 'is neither the name nor the ARN of a role'],
    ['arn:aws:sts::777788889999:assumed-role/ami-hub/x', 'is a session of a role'],
    ['auto', 'is not a role'],
  ])('is not %s', (text, problem) => {
    expect(sentencesOf({ 'hub-role': text })).toEqual([
      `hub-role: "${text}" ${problem}; write the whole ARN of one role, as arn:aws:iam::123456789012:role/ami-hub`,
    ]);
  });

  it.each(['x', 'a b', 'ä'.repeat(3), 'x'.repeat(1225)])('hands over no external id like %s', (id) => {
    expect(sentencesOf({ 'hub-role': hub, 'role-external-id': id })).toEqual([
      expect.stringContaining('is not an external id; write 2 to 1224 letters, digits and _+=,.@:/-'),
    ]);
  });

  it('is what an external id is for', () => {
    expect(sentencesOf({ 'role-external-id': 'abc' })).toEqual([
      'role-external-id is for the roles that a hub assumes, and hub-role is none; set hub-role, or leave role-external-id out',
    ]);
  });
});

describe('Ambient credentials', () => {
  it('need no role anywhere', () => {
    const { credentials, home, owners } = promotionOf(ambient, withKeys);
    expect(credentials).toEqual({ kind: 'ambient' });
    expect(home).toEqual({ id: '111122223333', roleArn: undefined });
    expect(owners).toEqual([{ name: 'home', id: '111122223333', roleArn: undefined }]);
  });

  it('may own the copy by the id of the home account', () => {
    const { owners } = promotionOf({ ...ambient, accounts: 'build=111122223333' }, withKeys);
    expect(owners).toEqual([{ name: 'build', id: '111122223333', roleArn: undefined }]);
  });

  it('must be there', () => {
    expect(sentencesOf(ambient)).toEqual([
      'ambient-credentials: "true" finds no credentials in the environment; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), as aws-actions/configure-aws-credentials does',
    ]);
  });

  it.each([true, false])('must be usable, whether there are any (%s) or not', (hasCredentials) => {
    const credentialsProblem = 'finds a line break in AWS_SECRET_ACCESS_KEY';
    expect(sentencesOf(ambient, { ...around(), hasCredentials, credentialsProblem })).toEqual([
      `ambient-credentials: "true" ${credentialsProblem}; look at the step that sets them`,
    ]);
    expect(sentencesOf({}, { ...around(), hasCredentials, credentialsProblem })).toEqual([]);
  });

  it('exclude every role, each of which is told', () => {
    const said = { ...ambient, role: 'write', 'source-role': 'read', 'hub-role': hub };
    expect(sentencesOf(said, withKeys)).toEqual([
      'role: "write" names a role, and with ambient-credentials none is assumed; write role: none',
      'source-role: "read" names a role, and with ambient-credentials none is assumed; write source-role: auto',
      `hub-role: "${hub}" names a role, and with ambient-credentials none is assumed; write hub-role: none`,
    ]);
  });

  it.each([`prod=${prod}`, `home\nprod=${prod}`])('are of the one account of the source: %j', (accounts) => {
    expect(sentencesOf({ ...ambient, accounts }, withKeys)).toEqual([
      'accounts: "prod" is another account than that of the source, and ambient-credentials are of one account; write home alone, or use roles instead of ambient-credentials',
    ]);
  });

  it('do not say which account is meant', () => {
    expect(faultsOf({ ...ambient, 'source-account': 'auto' }, withKeys).map(({ input }) => input)).toEqual([
      'source-account',
    ]);
  });

  it('are not used unasked', () => {
    expect(promotionOf({}, withKeys).credentials.kind).toBe('oidc');
    expect(faultsOf({ role: 'none' }, withKeys).map(({ input }) => input)).toEqual(['role']);
  });

  it('that are neither on nor off do not make a fault of role: none', () => {
    expect(sentencesOf({ ...ambient, 'ambient-credentials': 'yes' }, withKeys)).toEqual([
      'ambient-credentials: "yes" is neither true nor false; write true or false',
    ]);
  });
});
