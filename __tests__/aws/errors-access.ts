import { HttpResponse } from '@smithy/core/protocols';
import { SimulatorHandler } from '../../simulator/handler.ts';
import type { World } from '../../simulator/world.ts';
import { fixture, frankfurt, home, homeKeyArn, plainImage } from '../simulator/fixture.ts';
import { identity, trust } from '../simulator/fixture-oidc.ts';
import { type Action, make, type Provoking, permitted } from './errors-fixture.ts';

const github = await identity();
const closed = 'af-south-1';
const slow = { DescribeImages: { burst: 1, 'per-second': 0.01 } };
const wrongSecret = {
  region: frankfurt,
  maxAttempts: 1,
  credentials: { accessKeyId: 'AKIAUSERUSERUSER0001', secretAccessKey: 'another secret' },
};

/** After a session of the role has ended. */
async function withOldSession(action: Action, parts: object = {}): Promise<unknown> {
  const { world, clock } = github.federated({ parts });
  const settings = await github.sessionOf(world);
  clock.advance(2 * 3_600_000);
  return make(action, { world, settings });
}

async function withWrongSecret(action: Action): Promise<unknown> {
  const requestHandler = new SimulatorHandler(fixture().world);
  return make(action, { settings: { ...wrongSecret, requestHandler } });
}

const denials: readonly Provoking[] = [
  [
    'ec2:DescribeImages',
    'UnauthorizedOperation',
    'permission',
    'may not do ec2:DescribeImages',
    { world: permitted() },
  ],
  ['sts:GetCallerIdentity', 'AccessDenied', 'permission', 'may not do sts:GetCallerIdentity', undefined],
  ['ec2:CopyImage', 'AccessDeniedException', 'permission', 'may not do ec2:CopyImage', undefined],
  ['kms:DescribeKey', 'AccessDeniedException', 'permission', 'the owner of the key', { world: permitted() }],
  [
    'sts:AssumeRoleWithWebIdentity',
    'AccessDenied',
    'permission',
    'does not let this workflow in',
    () =>
      github.assume(
        github.federated({ role: { 'trust-policy': trust({ 'sts:RoleSessionName': 'x' }) } }).world,
      ),
  ],
  ['sts:AssumeRole', 'AccessDenied', 'permission', 'an administrator of the target account', {}],
];

const identities: readonly Provoking[] = [
  [
    'ec2:DescribeImages',
    'RequestExpired',
    'expired',
    'session has expired',
    () => withOldSession('ec2:DescribeImages'),
  ],
  [
    'ec2:DescribeImages',
    'ExpiredToken',
    'expired',
    'session has expired',
    () => withOldSession('ec2:DescribeImages', { switches: { 'expired-code': 'ExpiredToken' } }),
  ],
  [
    'kms:DescribeKey',
    'ExpiredTokenException',
    'expired',
    'session has expired',
    () => withOldSession('kms:DescribeKey'),
  ],
  [
    'sts:AssumeRoleWithWebIdentity',
    'ExpiredTokenException',
    'expired',
    "GitHub's token had expired",
    async () => {
      const { world, clock } = github.federated();
      const WebIdentityToken = await github.token(clock.now() - 3_600_000);
      return github.assume(world, { WebIdentityToken });
    },
  ],
  ['sts:GetCallerIdentity', 'InvalidClientTokenId', 'permission', 'enables the Region', { region: closed }],
  ['kms:DescribeKey', 'UnrecognizedClientException', 'permission', 'enables the Region', { region: closed }],
  [
    'sts:GetCallerIdentity',
    'SignatureDoesNotMatch',
    'permission',
    'clock',
    () => withWrongSecret('sts:GetCallerIdentity'),
  ],
  [
    'kms:DescribeKey',
    'InvalidSignatureException',
    'permission',
    'clock',
    () => withWrongSecret('kms:DescribeKey'),
  ],
  ['ec2:CopyImage', 'IncompleteSignature', 'permission', 'proxy', undefined],
  ['sts:GetCallerIdentity', 'MissingAuthenticationToken', 'permission', 'proxy', undefined],
  [
    'sts:AssumeRoleWithWebIdentity',
    'InvalidIdentityToken',
    'permission',
    'no IAM identity provider',
    () => github.assume(github.federated({ providers: [] }).world),
  ],
  ['sts:AssumeRoleWithWebIdentity', 'IDPRejectedClaim', 'permission', 'claim', undefined],
  ['sts:AssumeRoleWithWebIdentity', 'IDPCommunicationError', 'transient', 'could not reach', undefined],
  [
    'sts:AssumeRoleWithWebIdentity',
    'RegionDisabledException',
    'precondition',
    'activates STS',
    () => github.assume(github.federated({ regions: { [frankfurt]: { sts: false } } }).world),
  ],
  ['sts:AssumeRole', 'ValidationError', 'precondition', 'role-external-id', { input: { ExternalId: '?' } }],
  [
    'sts:AssumeRoleWithWebIdentity',
    'ValidationError',
    'precondition',
    'Check role, source-role',
    () => github.assume(github.federated().world, { RoleSessionName: 'a b' }),
  ],
  ['kms:DescribeKey', 'NotFoundException', 'precondition', 'kms-key', { input: { KeyId: 'alias/nothing' } }],
  [
    'kms:DescribeKey',
    'InvalidArnException',
    'precondition',
    'kms-key',
    { input: { KeyId: 'arn:aws:kms:x' } },
  ],
  ['kms:DescribeKey', 'ValidationException', 'precondition', 'kms-key', { input: { KeyId: '' } }],
  ...(['kms:CreateGrant', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:Decrypt'] as const).flatMap(
    (action): readonly Provoking[] => [
      [action, 'AccessDeniedException', 'permission', 'the owner of the key', { world: permitted() }],
      [action, 'DisabledException', 'precondition', 'enables it', { world: withKey('Disabled') }],
      [
        action,
        'KMSInvalidStateException',
        'precondition',
        'cancels its deletion',
        { world: withKey('PendingDeletion') },
      ],
    ],
  ),
  ['kms:GetKeyPolicy', 'AccessDeniedException', 'permission', 'the owner of the key', { world: permitted() }],
  [
    'ssm:GetParameter',
    'AccessDeniedException',
    'permission',
    'whether the name in source is right',
    { world: permitted() },
  ],
  [
    'ssm:GetParameter',
    'ParameterNotFound',
    'precondition',
    'Check source',
    { world: fixture({ switches: { 'missing-parameter': 'not-found' } }).world },
  ],
  [
    'ssm:GetParameter',
    'ParameterVersionNotFound',
    'precondition',
    'ssm:NAME:VERSION',
    {
      world: fixture({
        parameters: [{ name: '/images/web', account: home, region: frankfurt, value: plainImage }],
      }).world,
      input: { Name: '/images/web:7' },
    },
  ],
];

/** The usual world, with its key in another state. */
function withKey(state: string): World {
  const { world } = fixture();
  Object.assign(world.keys.get(homeKeyArn) ?? {}, { state });
  return world;
}

const troubles: readonly Provoking[] = [
  ['ec2:DescribeRegions', 'OptInRequired', 'precondition', 'subscribes', undefined],
  [
    'ec2:DescribeImages',
    'RequestLimitExceeded',
    'throttle',
    'slow down',
    async () => {
      const { world } = fixture({ quotas: { rates: slow } });
      await make('ec2:DescribeImages', { world });
      return make('ec2:DescribeImages', { world });
    },
  ],
  [
    'sts:GetCallerIdentity',
    'Throttling',
    'throttle',
    'slow down',
    { world: fixture({ faults: [{ action: '*', do: 'throttle' }] }).world },
  ],
  [
    'kms:DescribeKey',
    'ThrottlingException',
    'throttle',
    'slow down',
    { world: fixture({ faults: [{ action: '*', do: 'throttle' }] }).world },
  ],
  [
    'ec2:CopyImage',
    'InternalError',
    'transient',
    'Health Dashboard',
    { world: fixture({ faults: [{ action: '*', do: 'server-error' }] }).world },
  ],
  [
    'sts:GetCallerIdentity',
    'InternalFailure',
    'transient',
    'Health Dashboard',
    { world: fixture({ faults: [{ action: '*', do: 'server-error' }] }).world },
  ],
  [
    'kms:DescribeKey',
    'KMSInternalException',
    'transient',
    'Health Dashboard',
    { world: fixture({ faults: [{ action: '*', do: 'server-error' }] }).world },
  ],
  ['kms:DescribeKey', 'DependencyTimeoutException', 'transient', 'Health Dashboard', undefined],
  ['ec2:CopyImage', 'Unavailable', 'transient', 'Health Dashboard', undefined],
  ['ec2:CopyImage', 'ServiceUnavailable', 'transient', 'Health Dashboard', undefined],
  [
    'ec2:DescribeImages',
    'UnreadableAnswer',
    'transient',
    'proxies',
    () => {
      const requestHandler = new PageOfAProxy(fixture().world);
      const credentials = { accessKeyId: 'AKIAUSERUSERUSER0001', secretAccessKey: 'secret-of-user-number-1' };
      return make('ec2:DescribeImages', {
        settings: { region: frankfurt, maxAttempts: 1, requestHandler, credentials },
      });
    },
  ],
];

/** Something between the runner and AWS that answers in AWS's place. */
class PageOfAProxy extends SimulatorHandler {
  override async handle(...given: Parameters<SimulatorHandler['handle']>) {
    const { response } = await super.handle(...given);
    const body = Buffer.from('<!DOCTYPE html><html><p>Log in<br></html>');
    return { response: new HttpResponse({ statusCode: 200, headers: response.headers, body }) };
  }
}

/** What AWS answers to who asks, and what goes wrong on the way. */
export const accessProvocations: readonly Provoking[] = [...denials, ...identities, ...troubles];
