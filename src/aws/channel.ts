import type { EC2Client } from '@aws-sdk/client-ec2';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { type Place, placeName } from '../model/image.ts';
import { actorOf } from '../model/promotion.ts';
import type { Patience } from '../promotion/ports.ts';
import { type Call, Caller } from './call.ts';
import { Clients } from './clients.ts';
import { Sessions, type SessionsConfig } from './sessions.ts';

export interface AwsConfig extends Omit<SessionsConfig, 'caller'> {
  readonly signal: AbortSignal;
  /** Told of places that do not answer. */
  readonly notice: (text: string) => void;
  /** 0 … 1, for pauses: so that those who were refused together do not come back together. */
  readonly random: () => number;
}

type Send<C, T> = (client: C, abortSignal: AbortSignal) => Promise<T>;

/** A page that never ends is no answer: AWS has 50,000 images in a Region at most. */
const maxPages = 200;

/** The way of every call to AWS: the session of the place's account, the client of its Region, the one retry policy. */
export class Channel {
  readonly #config: AwsConfig;
  readonly #caller: Caller;
  readonly #sessions: Sessions;
  readonly #clients: Clients;

  constructor(config: AwsConfig) {
    this.#config = config;
    this.#caller = new Caller(config.clock, config.signal, config.notice, config.random);
    this.#sessions = new Sessions({ ...config, caller: this.#caller });
    this.#clients = new Clients(config.handler, (account) => this.#sessions.keysOf(account));
  }

  /** Epoch milliseconds at which the credentials end for good; undefined where they are renewed, or nobody knows. */
  get credentialsEnd(): number | undefined {
    const { ambient, credentials } = this.#config;
    return credentials.kind === 'ambient' ? ambient?.ends : undefined;
  }

  /** Where anything may be asked that is the same in every Region, in this order. */
  get regions(): readonly string[] {
    return [...new Set([this.#sessions.region, ...this.#config.regions])];
  }

  /** A call that a signal aborts; raises `Failed`. */
  ec2<T>(place: Place, action: string, send: Send<EC2Client, T>, patience?: Patience): Promise<T> {
    return this.#caller.make({ ...this.#call(place, action), patience }, () =>
      send(this.#clients.ec2(place), this.#config.signal),
    );
  }

  /** The same of a key, by its id, alias or ARN. */
  kms<T>(place: Place, action: string, key: string, send: Send<KMSClient, T>): Promise<T> {
    const resource = key.startsWith('arn:') ? key : undefined;
    return this.#caller.make({ ...this.#call(place, action), resource, key }, () =>
      send(this.#clients.kms(place), this.#config.signal),
    );
  }

  /** The same of a parameter of SSM, by its ARN, and of the version or label of it that is asked for. */
  ssm<T>(
    place: Place,
    action: string,
    parameter: { readonly resource: string; readonly version: string | undefined },
    send: Send<SSMClient, T>,
  ): Promise<T> {
    return this.#caller.make({ ...this.#call(place, action), ...parameter }, () =>
      send(this.#clients.ssm(place), this.#config.signal),
    );
  }

  /** All items of a listing; `page` is asked until it names no next one. */
  async pages<T>(
    page: (token: { NextToken?: string }) => Promise<{ items: readonly T[]; next: string | undefined }>,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    let token: { NextToken?: string } = {};
    for (let pages = 0; pages < maxPages; pages++) {
      const { items, next } = await page(token);
      all.push(...items);
      if (next === undefined || next === '') {
        return all;
      }
      token = { NextToken: next };
    }
    throw new Error(`AWS went on with more than ${maxPages} pages`);
  }

  #call(place: Place, action: string): Call {
    return {
      action,
      where: placeName(place),
      role: this.#actorIn(place.account),
      bucket: `${placeName(place)} ${action}`,
      renew: this.#sessions.renewable ? () => this.#sessions.forget(place.account) : undefined,
      prepare: () => this.#sessions.keysOf(place.account),
    };
  }

  #actorIn(account: string): string {
    const known = this.#config.accounts.find(({ id }) => id === account);
    return known === undefined ? account : actorOf(known);
  }
}
