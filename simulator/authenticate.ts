import { roleArn, sessionArn, stableId } from './arn.ts';
import { type Caller, nobody } from './call.ts';
import type { ServiceId } from './record.ts';
import { type Authorization, isSignedWith, signingTime } from './signature.ts';
import { AwsError } from './wire/error.ts';
import type { HttpRequest } from './wire/http.ts';
import { speaksJson } from './wire/json.ts';
import type { Session, World } from './world.ts';

const toleranceMilliseconds = 15 * 60_000;

/**
 * Who signed a request, or the error of the service: an unknown key, a wrong signature, a clock more than 15
 * minutes away, a session that has ended.
 */
export function authenticate(
  world: World,
  request: HttpRequest,
  service: ServiceId,
  authorization: Authorization,
): Caller {
  const identity = find(world, authorization.accessKeyId);
  if (identity === undefined) {
    throw unknownKey(service);
  }
  const { session, secret, caller } = identity;
  if (request.headers['x-amz-security-token'] !== session?.token) {
    throw unknownKey(service);
  }
  if (!isSignedWith(secret, authorization, request)) {
    throw badSignature(
      service,
      'The request signature we calculated does not match the signature you provided. ' +
        'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
  const away = Math.abs(signingTime(request) - world.clock.now());
  if (request.checkDate && !(away <= toleranceMilliseconds)) {
    throw service === 'ec2'
      ? new AwsError('RequestExpired', 'Request has expired.')
      : badSignature(service, 'Signature expired.');
  }
  if (session !== undefined && session.expires <= world.clock.now()) {
    throw expired(world, service);
  }
  return caller;
}

/** What a service answers once a session is over; EC2 does either of two things (a switch). */
export function expired(world: World, service: ServiceId): AwsError {
  if (service === 'ec2') {
    return world.switches.expiredCode === 'RequestExpired'
      ? new AwsError('RequestExpired', 'Request has expired.')
      : new AwsError('ExpiredToken', 'The security token included in the request is expired');
  }
  return new AwsError('ExpiredTokenException', 'The security token included in the request is expired');
}

/** What a service answers to a key that it does not know, or that is not good in this Region. */
export function unknownKey(service: ServiceId): AwsError {
  switch (service) {
    case 'ec2':
      return new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
    case 'sts':
      return new AwsError(
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
        403,
      );
    case 'kms':
    case 'ssm':
      return new AwsError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
  }
}

/** What STS answers where the account has not activated it. */
export function regionDisabled(account: string): AwsError {
  const message =
    `STS is not activated in this region for account:${account}. ` +
    'Your account administrator can activate STS in this region using the IAM Console.';
  return new AwsError('RegionDisabledException', message, 403);
}

/** The answer to a request that has to be signed and is not. */
export function unsigned(service: ServiceId): AwsError {
  return service === 'ec2'
    ? unknownKey('ec2')
    : new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
}

function badSignature(service: ServiceId, message: string): AwsError {
  return speaksJson(service)
    ? new AwsError('InvalidSignatureException', message)
    : new AwsError('SignatureDoesNotMatch', message, 403);
}

interface Identity {
  readonly secret: string;
  readonly session: Session | undefined;
  readonly caller: Caller;
}

function find(world: World, accessKeyId: string): Identity | undefined {
  const session = world.sessions.get(accessKeyId);
  return session === undefined ? findUser(world, accessKeyId) : ofSession(world, session);
}

function ofSession(world: World, session: Session): Identity | undefined {
  const role = world.accounts.get(session.account)?.roles.get(session.role);
  const arn = roleArn(world, session.account, session.role);
  return role === undefined
    ? undefined
    : {
        secret: session.secret,
        session,
        caller: {
          ...nobody,
          arn: sessionArn(world, session.account, session.role, session.name),
          account: session.account,
          roleArn: arn,
          userId: `${stableId('AROA', arn)}:${session.name}`,
          policies: role.policies,
          boundary: role.boundary,
        },
      };
}

function findUser(world: World, accessKeyId: string): Identity | undefined {
  for (const account of world.accounts.values()) {
    for (const user of account.users.values()) {
      if (user.accessKeyId === accessKeyId) {
        const arn = `arn:${world.partition}:iam::${account.id}:user/${user.name}`;
        const userId = stableId('AIDA', arn);
        return {
          secret: user.secret,
          session: undefined,
          caller: { ...nobody, arn, account: account.id, userId, policies: user.policies },
        };
      }
    }
  }
  return undefined;
}
