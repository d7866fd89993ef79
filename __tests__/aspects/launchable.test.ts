import { describe, expect, it } from '@jest/globals';
import { compareAtGate, shutBy } from '../../src/aspects/gate.ts';
import { harmless, launchable } from '../../src/aspects/launchable.ts';
import type { Failure, FailureKind } from '../../src/model/failure.ts';
import type { ConsumerView, KeyDenial } from '../../src/model/observation.ts';
import { accounts, holding, keyArn, target } from '../support/builders.ts';

const role = `arn:aws:iam::${accounts.eu}:role/ami-consumer`;

function answer(code: string, kind: FailureKind, over: Partial<Failure> = {}): Failure {
  return {
    where: `${accounts.eu}/eu-west-1`,
    action: 'ec2:RunInstances',
    code,
    kind,
    requestId: 'r-1',
    meaning: `What ${code} means.`,
    cure: 'What to do.',
    ...over,
  };
}

function view(over: Partial<ConsumerView>): ConsumerView {
  return {
    role,
    account: accounts.eu,
    hasRegion: true,
    isVisible: true,
    allowedImages: undefined,
    launch: undefined,
    keys: [],
    ...over,
  };
}

/** What is said of an image that the consumer sees, and the codes that keep the gate shut. */
function told(over: Partial<ConsumerView>) {
  const seen = holding({ permissions: [] }, { consumer: view(over) });
  const differences = launchable(target(), seen);
  const shut = compareAtGate(target(), seen).flatMap((difference) => shutBy(target(), difference) ?? []);
  return { mends: differences.map(({ mend }) => mend.kind), shut, differences };
}

const late: readonly (readonly [string, FailureKind])[] = [
  ['RequestLimitExceeded', 'throttle'],
  ['ThrottlingException', 'throttle'],
  ['ETIMEDOUT', 'transient'],
  ['InternalError', 'transient'],
  ['RequestExpired', 'expired'],
  ['InvalidAMIID.NotFound', 'precondition'],
  ['InvalidAMIID.Unavailable', 'precondition'],
];

describe('a trial of a launch', () => {
  it('that passes is nothing to tell', () => {
    expect(told({})).toMatchObject({ mends: [], shut: [] });
  });

  it.each(late)(
    'that AWS answers with %s (%s) is waited for, and the gate is shut meanwhile',
    (code, kind) => {
      const launch = answer(code, kind);
      const { mends, shut } = told({ launch });
      expect(mends).toEqual(['wait']);
      expect(shut).toEqual([launch]);
    },
  );

  it.each(['DefaultVpcDoesNotExist', 'VPCIdNotSpecified', 'VcpuLimitExceeded', 'Unsupported'])(
    'that AWS answers with %s, which says nothing of the image, is a warning',
    (code) => {
      expect(harmless).toContain(code);
      const { mends, shut, differences } = told({ launch: answer(code, 'permanent') });
      expect([mends, shut]).toEqual([['warning'], []]);
      expect(differences[0]?.found).toBe(`${code}: What ${code} means.`);
    },
  );

  it.each<[string, FailureKind]>([
    ['SomethingNew', 'permanent'],
    ['OptInRequired', 'precondition'],
    ['InvalidSnapshot.NotFound', 'precondition'],
    ['Client.InvalidParameterValueOfAnotherKind', 'permanent'],
  ])('that AWS answers with %s, which is known to nobody here, keeps the gate shut', (code, kind) => {
    const { mends, shut } = told({ launch: answer(code, kind) });
    expect(mends).toEqual(['never']);
    expect(shut).toMatchObject([
      {
        code: 'ConsumerMayNotLaunch',
        kind,
        meaning: `${role} could not launch it (${code}). What ${code} means.`,
        cure: 'What to do.',
        requestId: 'r-1',
      },
    ]);
  });

  it('that AWS denies keeps it shut with the statement that allows it', () => {
    const launch = answer('UnauthorizedOperation', 'permission', { paste: { text: '{}' } });
    expect(told({ launch }).shut).toMatchObject([
      { code: 'ConsumerMayNotLaunch', kind: 'permission', meaning: launch.meaning, paste: { text: '{}' } },
    ]);
  });

  it('that is denied under a code that is harmless otherwise keeps it shut, too', () => {
    const launch = answer('UnsupportedOperation', 'permission');
    expect(told({ launch })).toMatchObject({ mends: ['never'], shut: [{ code: 'ConsumerMayNotLaunch' }] });
  });
});

describe('a Region that the account has not enabled', () => {
  it("comes with the command for the consumer's own account, which only that of an organization may name", () => {
    expect(told({ hasRegion: false }).shut).toMatchObject([
      {
        code: 'ConsumerRegionOff',
        where: `${accounts.eu}/eu-west-1`,
        paste: { text: 'aws account enable-region --region-name eu-west-1' },
      },
    ]);
  });
});

describe('a trial of a key', () => {
  const denial = (failure: Failure, use: KeyDenial['use'] = 'kms:Decrypt'): KeyDenial => ({
    keyArn,
    use,
    failure,
    policy: undefined,
  });

  it.each(late.slice(0, 5))('that KMS answers with %s (%s) is waited for', (code, kind) => {
    const failure = answer(code, kind);
    const { mends, shut } = told({ keys: [denial(failure)] });
    expect(mends).toEqual(['wait']);
    expect(shut).toEqual([failure]);
  });

  it.each<[string, FailureKind]>([
    ['AccessDeniedException', 'permission'],
    ['DisabledException', 'precondition'],
    ['SomethingNew', 'permanent'],
    ['DefaultVpcDoesNotExist', 'permanent'],
  ])('that KMS answers with %s keeps the gate shut', (code, kind) => {
    const { mends, shut } = told({ keys: [denial(answer(code, kind))] });
    expect(mends).toEqual(['never']);
    expect(shut).toMatchObject([
      { code: 'ConsumerLacksKey', meaning: expect.stringContaining(`What ${code} means.`) },
    ]);
  });

  const [ofKey, ofRole] = ['The owner of that key lets', 'iam/consumer-policy.json'] as const;

  it.each<[Failure['deniedBy'], string, readonly string[]]>([
    ['role', ', and its own policies do not allow that.', [ofRole]],
    ['resource', ", and the key's policy does not allow that.", [ofKey]],
    [undefined, '. What AccessDeniedException means.', [ofKey, ofRole]],
  ])('that is denied by %s is told once, to who can mend it', (deniedBy, ending, whom) => {
    const failure = answer('AccessDeniedException', 'permission', { deniedBy, paste: { text: '{}' } });
    const keys = [denial(failure), denial(failure, 'kms:CreateGrant')];
    const [shut] = told({ keys }).shut;
    expect(shut?.meaning).toBe(
      `${role} cannot launch it without kms:Decrypt, kms:CreateGrant on ${keyArn}, the key of the image${ending}`,
    );
    expect([ofKey, ofRole].filter((words) => shut?.cure.includes(words))).toEqual(whom);
  });

  it('of which one is denied by the role and one by the key goes to both', () => {
    const by = (deniedBy: Failure['deniedBy']) =>
      answer('AccessDeniedException', 'permission', { deniedBy, paste: { text: '{}' } });
    const keys = [denial(by('role')), denial(by('resource'), 'kms:CreateGrant')];
    expect(told({ keys }).shut[0]?.cure).toMatch(/The owner of that key.+iam\/consumer-policy\.json/);
  });

  it.each<[string, Failure]>([
    [
      'by a Deny, which no Allow overrides',
      answer('AccessDeniedException', 'permission', { deniedBy: 'role' }),
    ],
    ['from above', answer('AccessDeniedException', 'permission', { deniedBy: 'above' })],
    ['by the state of the key', answer('DisabledException', 'precondition')],
  ])('that is refused %s is mended as AWS says', (_what, failure) => {
    expect(told({ keys: [denial(failure)] }).shut).toMatchObject([
      { meaning: expect.stringContaining(failure.meaning), cure: 'What to do.' },
    ]);
  });

  const throughEc2 = JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: role },
      Action: 'kms:Decrypt',
      Condition: { StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } },
    },
  });

  it.each<[Failure['deniedBy'], string]>([
    [undefined, 'warning'],
    ['resource', 'warning'],
    ['role', 'never'],
    ['above', 'never'],
  ])("that is denied by %s is excused by the key's policy, or not: %s", (deniedBy, mend) => {
    const failure = answer('AccessDeniedException', 'permission', { deniedBy });
    expect(told({ keys: [{ ...denial(failure), policy: { value: throughEc2 } }] }).mends).toEqual([mend]);
  });

  it("that is denied waits for the key's policy, where AWS does not answer", () => {
    const failure = answer('AccessDeniedException', 'permission');
    const policy = { failure: answer('InternalError', 'transient') };
    const { mends, shut } = told({ keys: [{ ...denial(failure), policy }] });
    expect(mends).toEqual(['wait']);
    expect(shut.map(({ code }) => code)).toEqual(['InternalError']);
  });

  it('is told by itself beside those that are waited for', () => {
    const keys = [
      denial(answer('ThrottlingException', 'throttle'), 'kms:CreateGrant'),
      denial(answer('AccessDeniedException', 'permission'), 'kms:Decrypt'),
    ];
    const { mends, differences } = told({ keys });
    expect(mends).toEqual(['never', 'wait']);
    expect(differences.map(({ wanted }) => wanted)).toEqual([
      `kms:Decrypt on ${keyArn} for ${role}`,
      `kms:CreateGrant on ${keyArn} for ${role}`,
    ]);
  });
});
