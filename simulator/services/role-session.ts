import { parseArn, roleArn, sessionArn, stableId } from '../arn.ts';
import { regionDisabled } from '../authenticate.ts';
import type { Call } from '../call.ts';
import { settingsOf } from '../places.ts';
import { newSession } from '../sessions.ts';
import { AwsError } from '../wire/error.ts';
import type { Account, Role } from '../world.ts';

/** What every call for a session of a role says. */
export interface SessionRequest {
  readonly RoleArn?: string | undefined;
  readonly RoleSessionName?: string | undefined;
  readonly DurationSeconds?: number | undefined;
}

/** A request whose parameters are well formed; whether there is such a role is not said yet. */
export interface WantedSession {
  readonly roleArn: string;
  readonly role: string;
  /** Undefined: there is no such account. */
  readonly account: Account | undefined;
  readonly session: string;
  readonly seconds: number;
}

/**
 * Checks the parameters. AWS: 900 to 43,200 seconds, 3,600 by default; STS must be active where the session is made,
 * for the role's account.
 */
export function readSessionRequest(call: Call, input: SessionRequest): WantedSession {
  const { RoleArn = '', RoleSessionName: session = '', DurationSeconds: seconds = 3600 } = input;
  const arn = parseArn(RoleArn);
  const role = /^role\/([\w+=,.@-]{1,64})$/.exec(arn?.resource ?? '')?.[1];
  if (arn?.service !== 'iam' || arn.partition !== call.world.partition || role === undefined) {
    throw new AwsError('ValidationError', `${RoleArn} is invalid`);
  }
  check('roleSessionName', /^[\w+=,.@-]{2,64}$/.test(session), session);
  check('durationSeconds', seconds >= 900 && seconds <= 43_200, String(seconds));
  const account = call.world.accounts.get(arn.account);
  if (account !== undefined && call.region !== '' && !isActive(call, account)) {
    throw regionDisabled(account.id);
  }
  return { roleArn: RoleArn, role, account, session, seconds };
}

/** Whether a parameter is well formed; if not, STS's ValidationError. */
export function check(parameter: string, holds: boolean, value: string): void {
  if (!holds) {
    const message = `1 validation error detected: Value '${value}' at '${parameter}' failed to satisfy constraint`;
    throw new AwsError('ValidationError', message);
  }
}

/** The role, if it can be assumed by now: IAM takes some seconds to tell STS of a new one. */
export function assumable(call: Call, { account, role }: WantedSession): Role | undefined {
  const { clock, switches } = call.world;
  const found = account?.roles.get(role);
  const known = found !== undefined && found.created + switches.trustLagSeconds * 1000 <= clock.now();
  return known ? found : undefined;
}

/** Opens the session that was asked for, unless it is longer than the role allows, and describes it as STS does. */
export function openSession(call: Call, wanted: WantedSession, role: Role, account: Account) {
  const { world } = call;
  const { session, seconds } = wanted;
  if (seconds > role.maxSessionSeconds) {
    const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw new AwsError('ValidationError', message);
  }
  const given = newSession(world, { account: account.id, role: role.name, name: session, seconds });
  return {
    Credentials: {
      AccessKeyId: given.accessKeyId,
      SecretAccessKey: given.secret,
      SessionToken: given.token,
      Expiration: new Date(given.expires),
    },
    AssumedRoleUser: {
      Arn: sessionArn(world, account.id, role.name, session),
      AssumedRoleId: `${stableId('AROA', roleArn(world, account.id, role.name))}:${session}`,
    },
  };
}

function isActive(call: Call, account: Account): boolean {
  const { enabled, sts } = settingsOf(call.world, account.id, call.region);
  return enabled && sts;
}
