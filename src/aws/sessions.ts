import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { Failed } from '../model/failure.ts';
import { alwaysEnabledRegions, partitionOf } from '../model/partition.ts';
import type { Account } from '../model/promotion.ts';
import type { Clock } from '../promotion/ports.ts';
import type { Caller } from './call.ts';
import { type RequestHandler, type SessionKeys, stsClient } from './clients.ts';
import { failureOf } from './errors.ts';

/** GitHub's side, as far as AWS needs it. */
export interface IdTokens {
  /** A fresh ID token; raises `Failed`. */
  fetch(audience: string): Promise<string>;
  /** What a token says of the workflow, to tell a refused user; never the token itself. */
  claims(token: string): Readonly<Record<string, string>>;
}

export interface SessionsConfig {
  readonly accounts: readonly Account[];
  readonly audience: string;
  readonly sessionName: string;
  /** Regions of the promotion, the nearest first: STS is asked in one that every account has. */
  readonly regions: readonly string[];
  readonly tokens: IdTokens;
  readonly handler: RequestHandler;
  readonly caller: Caller;
  readonly clock: Clock;
}

interface Session {
  readonly keys: SessionKeys;
  /** Epoch milliseconds: from then on it is renewed, and until `goodUntil` it still serves meanwhile. */
  readonly renewFrom: number;
  readonly goodUntil: number;
}

/** A session is renewed this long ahead of its end, or when a quarter of it is left if that is shorter. */
const aheadMs = 10 * 60_000;
/** After a renewal failed, the next one is tried this much later. */
const renewAgainMs = 30_000;
/** AWS: a role is refused for some seconds after it was made. */
const freshRoleMs = 10_000;

/** One session per account, made from a fresh GitHub ID token and renewed ahead of its end. */
export class Sessions {
  readonly #config: SessionsConfig;
  readonly #sessions = new Map<string, Session>();
  readonly #making = new Map<string, Promise<Session>>();
  readonly #checked = new Set<string>();

  constructor(config: SessionsConfig) {
    this.#config = config;
  }

  /**
   * The keys of an account's session; raises `Failed`. Whoever asks while it is being made shares it. A renewal
   * that fails while the old session is still good is tried again; once it has ended, its failure is raised.
   */
  async keysOf(account: string): Promise<SessionKeys> {
    const session = this.#sessions.get(account);
    const now = this.#config.clock.now();
    if (session !== undefined && now < session.renewFrom) {
      return session.keys;
    }
    const made = this.#shared(account);
    if (session !== undefined && now < session.goodUntil) {
      made.catch(() => this.#sessions.set(account, { ...session, renewFrom: now + renewAgainMs }));
      return session.keys;
    }
    return (await made).keys;
  }

  /** Forgets a session that AWS called expired. */
  forget(account: string): void {
    this.#sessions.delete(account);
  }

  /** A Region of STS that this account has for sure. */
  get region(): string {
    const { regions } = this.#config;
    const partition = partitionOf(regions[0] ?? '');
    return (
      regions.find((region) => alwaysEnabledRegions.includes(region)) ?? partition?.homeRegion ?? 'us-east-1'
    );
  }

  async #shared(account: string): Promise<Session> {
    const making = this.#making.get(account);
    if (making !== undefined) {
      return making;
    }
    const session = this.#make(account);
    this.#making.set(account, session);
    try {
      this.#sessions.set(account, await session);
      return await session;
    } finally {
      this.#making.delete(account);
    }
  }

  async #make(account: string): Promise<Session> {
    const role = this.#roleOf(account);
    const regions = [...new Set([this.region, ...this.#fallbacks()])];
    for (const region of regions) {
      try {
        return await this.#assume(account, role, region);
      } catch (error) {
        const last = region === regions.at(-1);
        if (!(error instanceof Failed) || error.failure.code !== 'RegionDisabledException' || last) {
          throw error;
        }
      }
    }
    throw new Error('there is always a Region to ask');
  }

  async #assume(account: string, role: string, region: string): Promise<Session> {
    const { audience, caller, clock, handler, sessionName, tokens } = this.#config;
    const client = stsClient(handler, region, undefined);
    const call = {
      action: 'sts:AssumeRoleWithWebIdentity',
      where: `${account}/${region}`,
      role,
      bucket: `${account} sts`,
      patience: { deniedUntil: clock.now() + freshRoleMs, staleUntil: 0 },
      // The next try brings a fresh ID token anyway: there is nothing else to renew.
      renew: () => undefined,
    };
    const answer = await caller.make(call, async () => {
      const token = await tokens.fetch(audience);
      try {
        return await client.send(
          new AssumeRoleWithWebIdentityCommand({
            RoleArn: role,
            RoleSessionName: sessionName,
            WebIdentityToken: token,
          }),
        );
      } catch (error) {
        throw explained(error, call, tokens.claims(token));
      }
    });
    const {
      AccessKeyId = '',
      SecretAccessKey = '',
      SessionToken = '',
      Expiration,
    } = answer.Credentials ?? {};
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    await this.#checkAccount(account, role, region, keys);
    const now = clock.now();
    const ends = Expiration?.getTime() ?? now + 60_000;
    const ahead = Math.min(aheadMs, (ends - now) / 4);
    return { keys, renewFrom: ends - ahead, goodUntil: ends - ahead / 2 };
  }

  /** Fails closed: a role that leads into another account than the one that was named is refused. */
  async #checkAccount(account: string, role: string, region: string, keys: SessionKeys): Promise<void> {
    if (this.#checked.has(account)) {
      return;
    }
    const { caller, handler } = this.#config;
    const client = stsClient(handler, region, keys);
    const call = {
      action: 'sts:GetCallerIdentity',
      where: `${account}/${region}`,
      role,
      bucket: `${account} sts identity`,
    };
    const identity = await caller.make(call, () => client.send(new GetCallerIdentityCommand({})));
    if (identity.Account !== account) {
      throw new Failed({
        ...call,
        code: 'WrongAccount',
        requestId: identity.$metadata.requestId,
        kind: 'precondition',
        meaning: `${role} leads into account ${identity.Account}, not into ${account}.`,
        cure: 'Check accounts, role and source-role.',
      });
    }
    this.#checked.add(account);
  }

  #roleOf(account: string): string {
    const role = this.#config.accounts.find(({ id }) => id === account)?.roleArn;
    if (role === undefined) {
      throw new Error(`no role is configured for account ${account}`);
    }
    return role;
  }

  #fallbacks(): readonly string[] {
    const partition = partitionOf(this.region);
    return alwaysEnabledRegions.filter((region) => partitionOf(region) === partition).slice(0, 3);
  }
}

/** A refused trust policy is told with what was presented to it, so that the two can be compared. */
function explained(
  error: unknown,
  call: { readonly action: string; readonly where: string; readonly role: string },
  claims: Readonly<Record<string, string>>,
): unknown {
  const failure = failureOf(error, call);
  if (failure?.kind !== 'permission') {
    return error;
  }
  const presented = Object.entries(claims)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
  return new Failed(
    {
      ...failure,
      meaning:
        failure.code === 'AccessDenied'
          ? `${call.role} does not let this workflow in, or does not exist. The workflow presented ${presented}.`
          : `${failure.meaning} The workflow presented ${presented}.`,
      cure:
        failure.code === 'AccessDenied'
          ? `Check that ${call.role} exists and that its trust policy accepts exactly these values (iam/trust-policy.json); repositories made, renamed or moved since July 2026 have a sub with ids, repo:OWNER@ID/REPOSITORY@ID:….`
          : failure.cure,
    },
    { cause: error },
  );
}
