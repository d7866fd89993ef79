import { parseArn } from './arn.ts';
import { base32, base64, nextText } from './random.ts';
import type { Session, World } from './world.ts';

/** Opens a session of a role and hands out its credentials; the world remembers what is secret about them. */
export function newSession(
  world: World,
  wanted: {
    readonly account: string;
    readonly role: string;
    readonly name: string;
    readonly seconds: number;
  },
): Session {
  const { account, role, name } = wanted;
  const seconds = Math.min(wanted.seconds, world.switches.sessionSeconds);
  const session: Session = {
    accessKeyId: `ASIA${nextText(world.random, base32, 16)}`,
    secret: nextText(world.random, base64, 40),
    token: nextText(world.random, base64, 300),
    account,
    role,
    name,
    // AWS counts whole seconds.
    expires: Math.floor(world.clock.now() / 1000 + seconds) * 1000,
  };
  world.sessions.set(session.accessKeyId, session);
  world.secrets.add(session.secret);
  world.secrets.add(session.token);
  return session;
}

/** A session's credentials, as a client takes them from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds. */
  readonly expires: number;
}

/**
 * A session of a role, by its ARN, as an earlier step of a job leaves it in the environment. No request is made,
 * nothing is recorded, and neither the trust policy nor the longest duration of the role is asked.
 */
export function sessionOf(
  world: World,
  arn: string,
  { seconds = 3600, name = 'ambient' }: { readonly seconds?: number; readonly name?: string } = {},
): SessionCredentials {
  const { account, resource } = parseArn(arn) ?? { account: '', resource: '' };
  const role = resource.replace(/^role\//, '');
  if (!world.accounts.get(account)?.roles.has(role)) {
    throw new Error(`the world has no role ${arn}`);
  }
  const { accessKeyId, secret, token, expires } = newSession(world, { account, role, name, seconds });
  return { accessKeyId, secretAccessKey: secret, sessionToken: token, expires };
}

/** The access key of a user, by its ARN, for the same use; it comes without a session token and never ends. */
export function accessKeyOf(
  world: World,
  arn: string,
): Pick<SessionCredentials, 'accessKeyId' | 'secretAccessKey'> {
  const { account, resource } = parseArn(arn) ?? { account: '', resource: '' };
  const user = world.accounts.get(account)?.users.get(resource.replace(/^user\//, ''));
  if (user === undefined) {
    throw new Error(`the world has no user ${arn}`);
  }
  return { accessKeyId: user.accessKeyId, secretAccessKey: user.secret };
}
