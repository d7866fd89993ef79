import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { Failed } from '../model/failure.ts';
import { placeName } from '../model/image.ts';
import { alwaysEnabledRegions, partitionOf } from '../model/partition.ts';
import { type Account, actorOf, type Credentials, type Hub } from '../model/promotion.ts';
import { Assumer, type AssumerConfig, type Hand, type MadeSession, type Role } from './assume.ts';
import { type SessionKeys, stsClient } from './clients.ts';

export interface SessionsConfig extends AssumerConfig {
  readonly accounts: readonly Account[];
  readonly credentials: Credentials;
  /** The keys in the environment, for ambient credentials. */
  readonly ambient: AmbientKeys | undefined;
  /** Regions of the promotion, the nearest first: STS is asked in one that every account has. */
  readonly regions: readonly string[];
}

export interface AmbientKeys extends SessionKeys {
  /** Epoch milliseconds; undefined where the environment does not say. */
  readonly ends: number | undefined;
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

/**
 * One session per role, renewed ahead of its end: of each account's role, made from a fresh GitHub ID token or
 * from the hub's session, and of the hub itself. Ambient keys are taken as they are and cannot be renewed.
 */
export class Sessions {
  readonly #config: SessionsConfig;
  readonly #assumer: Assumer;
  readonly #sessions = new Map<string, Session>();
  readonly #making = new Map<string, Promise<Session>>();
  readonly #checked = new Set<string>();

  constructor(config: SessionsConfig) {
    this.#config = config;
    this.#assumer = new Assumer(config);
  }

  /**
   * The keys of an account's session; raises `Failed`. Whoever asks while it is being made shares it. A renewal
   * that fails while the old session is still good is tried again; once it has ended, its failure is raised.
   */
  keysOf(account: string): Promise<SessionKeys> {
    return this.#keysOf(this.#nameOf(account), () => this.#make(account));
  }

  /** Forgets a session that AWS called expired. */
  forget(account: string): void {
    this.#sessions.delete(this.#nameOf(account));
  }

  /** Whether a session that has ended can be replaced. */
  get renewable(): boolean {
    return this.#config.credentials.kind !== 'ambient';
  }

  /** A Region of STS that this account has for sure. */
  get region(): string {
    const { regions } = this.#config;
    const partition = partitionOf(regions[0] ?? '');
    return (
      regions.find((region) => alwaysEnabledRegions.includes(region)) ?? partition?.homeRegion ?? 'us-east-1'
    );
  }

  async #keysOf(name: string, make: () => Promise<MadeSession>): Promise<SessionKeys> {
    const session = this.#sessions.get(name);
    const now = this.#config.clock.now();
    if (session !== undefined && now < session.renewFrom) {
      return session.keys;
    }
    const made = this.#shared(name, make);
    if (session !== undefined && now < session.goodUntil) {
      made.catch(() => this.#sessions.set(name, { ...session, renewFrom: now + renewAgainMs }));
      return session.keys;
    }
    return (await made).keys;
  }

  async #shared(name: string, make: () => Promise<MadeSession>): Promise<Session> {
    const making = this.#making.get(name);
    if (making !== undefined) {
      return making;
    }
    const session = make().then(({ keys, ends }) => {
      const ahead = Math.min(aheadMs, (ends - this.#config.clock.now()) / 4);
      return { keys, renewFrom: ends - ahead, goodUntil: ends - ahead / 2 };
    });
    this.#making.set(name, session);
    try {
      this.#sessions.set(name, await session);
      return await session;
    } finally {
      this.#making.delete(name);
    }
  }

  async #make(account: string): Promise<MadeSession> {
    const { credentials } = this.#config;
    const arn = this.#config.accounts.find(({ id }) => id === account)?.roleArn;
    if (credentials.kind === 'ambient') {
      return this.#takeAmbient(account);
    }
    if (arn === undefined) {
      throw new Error(`no role is configured for account ${account}`);
    }
    const { audience, hub } = credentials;
    if (hub === undefined || hub.roleArn === arn) {
      return this.#made(account, arn, (role) => this.#assumer.byToken(role, audience));
    }
    const hand = this.#handOf(hub, audience);
    return this.#made(account, arn, (role) => this.#assumer.byHand(role, hand));
  }

  #handOf(hub: Hub, audience: string): Hand {
    const account = hub.roleArn.split(':')[4] ?? '';
    const make = () => this.#made(account, hub.roleArn, (role) => this.#assumer.byToken(role, audience));
    return {
      arn: hub.roleArn,
      externalId: hub.externalId,
      keys: () => this.#keysOf(hub.roleArn, make),
      renew: () => {
        this.#sessions.delete(hub.roleArn);
      },
    };
  }

  /** Asks STS in the usual Region, and in others where the account has it switched off there. */
  async #made(
    account: string,
    arn: string,
    assume: (role: Role) => Promise<MadeSession>,
  ): Promise<MadeSession> {
    const regions = [...new Set([this.region, ...this.#fallbacks()])];
    for (const region of regions) {
      try {
        const session = await assume({ arn, account, region });
        await this.#checkAccount(account, arn, region, session.keys);
        return session;
      } catch (error) {
        const last = region === regions.at(-1);
        if (!(error instanceof Failed) || error.failure.code !== 'RegionDisabledException' || last) {
          throw error;
        }
      }
    }
    throw new Error('there is always a Region to ask');
  }

  async #takeAmbient(account: string): Promise<MadeSession> {
    const { ambient } = this.#config;
    if (ambient === undefined) {
      throw new Error('ambient credentials were asked for and not handed over');
    }
    await this.#checkAccount(account, actorOf({ id: account, roleArn: undefined }), this.region, ambient);
    return { keys: ambient, ends: ambient.ends ?? Number.POSITIVE_INFINITY };
  }

  /** Fails closed: a role that leads into another account than the one that was named is refused. */
  async #checkAccount(account: string, role: string, region: string, keys: SessionKeys): Promise<void> {
    if (this.#checked.has(role)) {
      return;
    }
    const { caller, handler } = this.#config;
    const client = stsClient(handler, region, keys);
    const call = {
      action: 'sts:GetCallerIdentity',
      where: placeName({ account, region }),
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
        cure: this.renewable
          ? 'Check accounts, role and source-role.'
          : 'Check source-account, and what set the credentials in the environment of this step.',
      });
    }
    this.#checked.add(role);
  }

  /** The session of a role serves whoever needs that role: the hub may be an account's role itself. */
  #nameOf(account: string): string {
    return this.#config.accounts.find(({ id }) => id === account)?.roleArn ?? account;
  }

  #fallbacks(): readonly string[] {
    const partition = partitionOf(this.region);
    return alwaysEnabledRegions.filter((region) => partitionOf(region) === partition).slice(0, 3);
  }
}
