import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { SimulatorHandler } from '../../simulator/handler.ts';
import { serve } from '../../simulator/http.ts';
import { type Issuer, type IssuerFault, startIssuer } from '../../simulator/oidc/issuer.ts';
import { type GitHubJob, githubClaims } from '../../simulator/oidc/job.ts';
import { type ActionRun, type RunOptions, type RunResult, runAction } from '../../simulator/runner/run.ts';
import type { World } from '../../simulator/world.ts';
import { SdkAws } from '../../src/aws/aws.ts';
import { SdkConsumer } from '../../src/aws/consumer.ts';
import type { AmbientKeys } from '../../src/aws/sessions.ts';
import { claimsOf } from '../../src/github/claims.ts';
import { parsePromotion } from '../../src/inputs/promotion.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import type { Result } from '../../src/model/outcome.ts';
import { type Promotion, regionsOf } from '../../src/model/promotion.ts';
import type { Run } from '../../src/model/run.ts';
import type { Ports, Step } from '../../src/promotion/ports.ts';
import { Promoter } from '../../src/promotion/promote.ts';
import { toItsEnd } from '../../src/promotion/to-its-end.ts';
import { Verifier } from '../../src/promotion/verify.ts';
import { home, organization, sourceId, sourceRegion } from './organization.ts';
import type { VirtualTime } from './virtual-time.ts';

export const job: GitHubJob = {
  repository: 'example/images',
  repositoryId: '812345678',
  ownerId: '424242',
  runId: '1001',
  runAttempt: '1',
  sha: '4f2a9c1d0b3e5f67890a1b2c3d4e5f6789012345',
  ref: 'refs/heads/main',
  workflow: 'Release',
  job: 'promote',
  actor: 'octocat',
  environment: 'production',
};

export type Inputs = Readonly<Record<string, string>>;

/** A push of the scenario's source into one Region under `alias/ami`; tests say what differs. */
export function inputs(over: Inputs = {}): Inputs {
  return {
    source: sourceId,
    'source-region': sourceRegion,
    'source-account': home,
    accounts: 'home',
    regions: 'eu-west-1',
    role: 'ami-promotion',
    'kms-key': 'alias/ami',
    'poll-seconds': '1',
    ...over,
  };
}

export interface InProcess {
  readonly promotion: Promotion;
  /** What the step made of it; `failure` is set when no target could be named. */
  readonly result: Result;
  readonly failure: Failure | undefined;
  /** Every log line and outcome, in order. */
  readonly lines: readonly string[];
  /** Every ID token that it was given. */
  readonly tokens: readonly string[];
  /** What its journal holds. */
  readonly journal: readonly JournalEntry[];
}

export interface InProcessOptions {
  readonly job?: Partial<GitHubJob>;
  readonly signal?: AbortSignal;
  /** The keys in the environment. */
  readonly ambient?: AmbientKeys;
  /** Comes before an entry is in the journal, as what a disk does. */
  readonly onAppend?: (entry: JournalEntry) => Promise<void>;
  /** The files of the workspace, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** 8 hexadecimal digits, where the process is not to be the only one of its run. */
  readonly process?: string;
  /** The issuer's tokens are good for this long. */
  readonly tokenSeconds?: number;
}

/**
 * Promotes in this process and in virtual time: real inputs, loop and SDK clients, the simulator as the SDK's
 * request handler. The world must have been made on the same time.
 */
export async function promoteInProcess(
  world: World,
  given: Inputs,
  time: VirtualTime,
  options: InProcessOptions = {},
): Promise<InProcess> {
  const parsed = parsePromotion(given, { readFile, hasCredentials: options.ambient !== undefined });
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.faults));
  }
  const { promotion } = parsed;
  function readFile(path: string) {
    const text = options.files?.[path];
    return text === undefined ? { problem: 'does not exist', isMissing: true } : { text };
  }
  const mine = { ...job, ...options.job };
  const issuer = await time.during(() =>
    startIssuer({
      claims: githubClaims(mine),
      clock: () => time.now(),
      lifetimeSeconds: options.tokenSeconds ?? 300,
      algorithm: 'ES256',
    }),
  );
  trust(world, issuer);
  const lines: string[] = [];
  const journal: JournalEntry[] = [];
  const traced: unknown[] = [];
  const signal = options.signal ?? new AbortController().signal;
  const run = runOf(mine, options.process);
  const config = {
    credentials: promotion.credentials,
    ambient: options.ambient,
    sessionName: `promote-ami-${run.runId}-${run.attempt}`,
    regions: [promotion.sourceRegion, ...regionsOf(promotion.placements)],
    tokens: {
      fetch: (audience: string) => time.during(() => fetchToken(issuer, audience)),
      claims: claimsOf,
    },
    handler: new TimedHandler(world, time),
    clock: time,
    signal,
    notice: (text: string) => lines.push(text),
    random: () => 0.5,
  };
  const { consumer, home: builder, owners } = promotion;
  const ports: Ports = {
    aws: new SdkAws({ ...config, accounts: [builder, ...owners] }),
    consumer: consumer && new SdkConsumer(config, consumer),
    clock: time,
    reporter: {
      line: (text) => lines.push(text),
      trace: (error) => traced.push(error),
      beat: (standing) => lines.push(`beat ${JSON.stringify(standing)}`),
      landed: (outcome) => lines.push(`landed ${outcome.target.region} ${outcome.state}`),
    },
    journal: {
      append: async (entry) => {
        await options.onAppend?.(entry);
        journal.push(entry);
      },
    },
    signal,
  };
  const promoter: Step =
    promotion.mode === 'verify' ? new Verifier(promotion, run, ports) : new Promoter(promotion, run, ports);
  try {
    const result = await time.until(toItsEnd(promoter, ports));
    const [failure] = result.failures;
    if (failure?.code === 'Defect') {
      throw traced.at(-1);
    }
    return { promotion, result, failure, lines, tokens: issuer.tokens, journal };
  } finally {
    await issuer.close();
  }
}

/** Loads what the SDK loads only at its first calls, so that no test's first call is a slow one. */
async function warmUp(): Promise<void> {
  const handler = new SimulatorHandler(organization());
  const config = {
    region: sourceRegion,
    maxAttempts: 1,
    requestHandler: handler,
    credentials: { accessKeyId: 'AKIA0000000000000000', secretAccessKey: 'nobody' },
  };
  const identity = {
    RoleArn: `arn:aws:iam::${home}:role/x`,
    RoleSessionName: 'warm',
    WebIdentityToken: 'none',
  };
  await Promise.allSettled([
    new STSClient(config).send(new AssumeRoleWithWebIdentityCommand(identity)),
    new EC2Client(config).send(new DescribeRegionsCommand({})),
    new KMSClient(config).send(new DescribeKeyCommand({ KeyId: 'x' })),
  ]);
}

await warmUp();

/** Time stands still while a request is under way. */
export class TimedHandler extends SimulatorHandler {
  readonly #time: VirtualTime;

  constructor(world: World, time: VirtualTime) {
    super(world, (ms, signal) => time.apart(() => time.sleep(ms, signal)), 60_000);
    this.#time = time;
  }

  override handle(
    ...[request, options]: Parameters<SimulatorHandler['handle']>
  ): ReturnType<SimulatorHandler['handle']> {
    return this.#time.during(() => super.handle(request, options));
  }
}

export interface BundleOptions extends Partial<Omit<RunOptions, 'github' | 'inputs' | 'issuer'>> {
  readonly job?: Partial<GitHubJob>;
  readonly issuerFaults?: readonly IssuerFault[];
}

/** A run of the committed bundle through the runner, over HTTP; `exited` also closes what was opened for it. */
export interface BundleRun {
  readonly action: ActionRun;
  readonly issuer: Issuer;
  readonly exited: Promise<RunResult>;
}

export async function startBundle(
  world: World,
  given: Inputs,
  options: BundleOptions = {},
): Promise<BundleRun> {
  const { job: over, issuerFaults = [], ...rest } = options;
  const mine = { ...job, ...over };
  const issuer = await startIssuer({
    claims: githubClaims(mine),
    faults: issuerFaults,
    algorithm: 'ES256',
  });
  trust(world, issuer);
  const aws = await serve(world);
  const action = await runAction({
    permissions: { idToken: true },
    root: join(import.meta.dirname, '../..'),
    endpoint: aws.url,
    ...rest,
    inputs: given,
    github: mine,
    issuer,
  });
  const exited = action.exited.finally(async () => {
    await aws.close();
    await issuer.close();
  });
  return { action, issuer, exited };
}

export async function runBundle(
  world: World,
  given: Inputs,
  options: BundleOptions = {},
): Promise<RunResult> {
  return (await startBundle(world, given, options)).exited;
}

/** Every provider of the world takes this issuer's tokens too: several issuers stand for one GitHub. */
export function trust(world: World, issuer: Pick<Issuer, 'jwks'>): void {
  for (const account of world.accounts.values()) {
    for (const provider of account.providers) {
      provider.jwks = { keys: [...(provider.jwks?.keys ?? []), ...issuer.jwks.keys] };
    }
  }
}

export async function fetchToken(issuer: Issuer, audience: string): Promise<string> {
  const response = await fetch(`${issuer.url}&audience=${encodeURIComponent(audience)}`, {
    headers: { authorization: `Bearer ${issuer.requestToken}` },
  });
  const body: unknown = await response.json();
  if (typeof body === 'object' && body !== null && 'value' in body && typeof body.value === 'string') {
    return body.value;
  }
  throw new Error('the issuer gave no token');
}

export function runOf({ repository, runId, runAttempt, sha }: GitHubJob, process?: string): Run {
  return {
    id: `${repository}/${runId}/${runAttempt}`,
    process: process ?? createHash('sha256').update(`${runId}/${runAttempt}`).digest('hex').slice(0, 8),
    repository,
    runId,
    attempt: runAttempt,
    sha,
    url: `https://github.com/${repository}/actions/runs/${runId}/attempts/${runAttempt}`,
  };
}
