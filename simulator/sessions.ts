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
