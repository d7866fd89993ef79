import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { Failed } from '../model/failure.ts';
import { placeName } from '../model/image.ts';
import type { Clock } from '../promotion/ports.ts';
import type { Caller } from './call.ts';
import { type RequestHandler, type SessionKeys, stsClient } from './clients.ts';
import type { Attempted } from './error-row.ts';
import { failureOf } from './errors.ts';

/** GitHub's side, as far as AWS needs it. */
export interface IdTokens {
  /** A fresh ID token; raises `Failed`. */
  fetch(audience: string): Promise<string>;
  /** What a token says of the workflow, to tell a refused user; never the token itself. */
  claims(token: string): Readonly<Record<string, string>>;
}

export interface AssumerConfig {
  readonly sessionName: string;
  readonly tokens: IdTokens;
  readonly handler: RequestHandler;
  readonly caller: Caller;
  readonly clock: Clock;
}

/** A role to assume, and the Region of STS that is asked. */
export interface Role {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
}

export interface MadeSession {
  readonly keys: SessionKeys;
  /** Epoch milliseconds. */
  readonly ends: number;
}

/** What assumes others: the keys of its session, and how to get new ones when AWS calls them expired. */
export interface Hand {
  readonly arn: string;
  readonly externalId: string | undefined;
  keys(): Promise<SessionKeys>;
  renew(): void;
}

/** AWS: a role is refused for some seconds after it was made. */
const freshRoleMs = 10_000;

/** Assumes roles, by a GitHub ID token or from the session of another role. Each method raises `Failed`. */
export class Assumer {
  readonly #config: AssumerConfig;

  constructor(config: AssumerConfig) {
    this.#config = config;
  }

  /** By a fresh ID token; for an hour, which is what AWS gives unasked. */
  async byToken(role: Role, audience: string): Promise<MadeSession> {
    const { caller, handler, sessionName, tokens } = this.#config;
    const client = stsClient(handler, role.region, undefined);
    const call = {
      ...this.#callOf(role, 'sts:AssumeRoleWithWebIdentity'),
      // The next try brings a fresh ID token anyway: there is nothing else to renew.
      renew: () => undefined,
    };
    const answer = await caller.make(call, async () => {
      const token = await tokens.fetch(audience);
      try {
        return await client.send(
          new AssumeRoleWithWebIdentityCommand({
            RoleArn: role.arn,
            RoleSessionName: sessionName,
            WebIdentityToken: token,
          }),
        );
      } catch (error) {
        throw explained(error, { ...call, presented: tokens.claims(token) });
      }
    });
    return this.#sessionFrom(answer.Credentials);
  }

  /** From another role's session, for an hour: AWS gives no more to a chained one. */
  async byHand(role: Role, hand: Hand): Promise<MadeSession> {
    const { caller, handler, sessionName } = this.#config;
    const call = {
      ...this.#callOf(role, 'sts:AssumeRole'),
      hub: hand.arn,
      externalId: hand.externalId !== undefined,
      renew: () => hand.renew(),
      prepare: () => hand.keys(),
    };
    const answer = await caller.make(call, async () =>
      stsClient(handler, role.region, await hand.keys()).send(
        new AssumeRoleCommand({
          RoleArn: role.arn,
          RoleSessionName: sessionName,
          ExternalId: hand.externalId,
        }),
      ),
    );
    return this.#sessionFrom(answer.Credentials);
  }

  #callOf(role: Role, action: string) {
    return {
      action,
      where: placeName(role),
      role: role.arn,
      bucket: `${role.account} sts`,
      patience: { deniedUntil: this.#config.clock.now() + freshRoleMs, staleUntil: 0 },
    };
  }

  #sessionFrom(
    credentials:
      | {
          AccessKeyId: string | undefined;
          SecretAccessKey: string | undefined;
          SessionToken: string | undefined;
          Expiration: Date | undefined;
        }
      | undefined,
  ): MadeSession {
    return {
      keys: {
        accessKeyId: credentials?.AccessKeyId ?? '',
        secretAccessKey: credentials?.SecretAccessKey ?? '',
        sessionToken: credentials?.SessionToken ?? '',
      },
      ends: credentials?.Expiration?.getTime() ?? this.#config.clock.now() + 60_000,
    };
  }
}

/** A refusal is told with what was presented, so that it can be compared with the trust policy. */
function explained(error: unknown, attempted: Attempted): unknown {
  const failure = failureOf(error, attempted);
  return failure === undefined ? error : new Failed(failure, { cause: error });
}
