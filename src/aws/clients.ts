import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';
import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type Place, placeName } from '../model/image.ts';
import { mayReceiveTokens, refusedHost } from './endpoints.ts';

/** What carries requests: the network, or a simulator in the same process. */
export type RequestHandler = NonNullable<STSClientConfig['requestHandler']>;

/** A session's keys as the SDK takes them; the keys of a user have no token. */
export interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * One client per service, account and Region. Retries are ours (`maxAttempts: 1`), and so is the credential
 * cache: identities are handed over as expired long ago, so that the SDK asks us at every call.
 */
export class Clients {
  readonly #handler: RequestHandler;
  readonly #keysOf: (account: string) => Promise<SessionKeys>;
  readonly #ec2 = new PerPlace<EC2Client>();
  readonly #kms = new PerPlace<KMSClient>();
  readonly #ssm = new PerPlace<SSMClient>();

  constructor(handler: RequestHandler, keysOf: (account: string) => Promise<SessionKeys>) {
    this.#handler = handler;
    this.#keysOf = keysOf;
  }

  ec2(place: Place): EC2Client {
    return this.#ec2.of(place, () => new EC2Client(this.#config(place)));
  }

  kms(place: Place): KMSClient {
    return this.#kms.of(place, () => new KMSClient(this.#config(place)));
  }

  ssm(place: Place): SSMClient {
    return this.#ssm.of(place, () => new SSMClient(this.#config(place)));
  }

  #config({ account, region }: Place): ClientConfig {
    return {
      region,
      maxAttempts: 1,
      defaultsMode: 'legacy',
      requestHandler: this.#handler,
      credentials: async () => ({ ...(await this.#keysOf(account)), expiration: new Date(0) }),
    };
  }
}

type ClientConfig = Required<
  Pick<
    EC2ClientConfig & KMSClientConfig & SSMClientConfig,
    'region' | 'maxAttempts' | 'defaultsMode' | 'requestHandler' | 'credentials'
  >
>;

class PerPlace<T> {
  readonly #made = new Map<string, T>();

  of(place: Place, make: () => T): T {
    const name = placeName(place);
    const client = this.#made.get(name) ?? make();
    this.#made.set(name, client);
    return client;
  }
}

/** A client for STS; without keys for the one call that is not signed. */
export function stsClient(handler: RequestHandler, region: string, keys: SessionKeys | undefined): STSClient {
  return new STSClient({
    region,
    maxAttempts: 1,
    defaultsMode: 'legacy',
    requestHandler: handler,
    credentials: keys ?? { accessKeyId: 'unsigned', secretAccessKey: 'unsigned' },
  });
}

/** The network: bounded in time, through the proxies of the environment, to AWS or this machine only. */
export function networkHandler(env: NodeJS.ProcessEnv): RequestHandler {
  const agent = { keepAlive: true, maxSockets: 100, proxyEnv: env };
  return new GuardedHandler({
    connectionTimeout: 10_000,
    requestTimeout: 60_000,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent(agent),
    httpsAgent: new HttpsAgent(agent),
  });
}

/** Refuses to send a request anywhere else, whatever configured the SDK to do so. */
class GuardedHandler extends NodeHttpHandler {
  override async handle(
    ...[request, options]: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    if (!mayReceiveTokens(request.hostname, request.protocol)) {
      throw refusedHost('The configuration of this runner', request.hostname);
    }
    return super.handle(request, options);
  }
}
