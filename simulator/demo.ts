import { join } from 'node:path';
import { type Served, serve } from './http.ts';
import { type Issuer, startIssuer } from './oidc/issuer.ts';
import { githubClaims } from './oidc/job.ts';
import { type GitHubJob, type RunResult, runAction } from './runner/run.ts';
import { logWriter, showSummary } from './runner/show.ts';
import { openWorld } from './world-file.ts';

/**
 * The main job on the embedded simulator: the committed bundle, run by the runner as two steps of a workflow. The
 * exit code is 0 only if both steps promoted everything.
 */
const root = join(import.meta.dirname, '..');

const job: GitHubJob = {
  repository: 'example/images',
  repositoryId: '812345678',
  ownerId: '424242',
  runId: '16180339887',
  runAttempt: '1',
  sha: '4f2a9c1d0b3e5f67890a1b2c3d4e5f6789012345',
  ref: 'refs/heads/main',
  workflow: 'Release',
  job: 'promote',
  actor: 'octocat',
  environment: 'production',
};

interface Step {
  readonly title: string;
  readonly inputs: Readonly<Record<string, string>>;
}

const source = {
  source: 'ami-0a1b2c3d4e5f60718',
  'source-region': 'us-east-1',
  'source-account': '111122223333',
  role: 'ami-promotion',
  'poll-seconds': '2',
};

const steps: readonly Step[] = [
  {
    title: 'Push: six Regions of the home account, shared with an organizational unit',
    inputs: {
      ...source,
      accounts: 'home',
      regions: 'us-east-1\nus-west-2\neu-west-1\neu-central-1\nap-southeast-2',
      'optional-regions': 'me-central-1',
      'kms-key': 'alias/ami',
      tags: 'stage=production',
      'share-with': 'arn:aws:organizations::111122223333:ou/o-exampleorg1/ou-ab12-workloads',
    },
  },
  {
    title: 'Pull: two accounts, each under its own keys',
    inputs: {
      ...source,
      accounts: 'prod=444455556666\nprod-eu=777788889999',
      regions: 'us-east-1\neu-west-1',
      'kms-key': 'ebs-default',
      name: '{source-name}-{region}',
    },
  },
];

process.exitCode = await demonstrate();

async function demonstrate(): Promise<number> {
  const world = openWorld(join(root, 'simulator/demo.world.yml'));
  const issuer = await startIssuer({ claims: githubClaims(job) });
  for (const account of world.accounts.values()) {
    for (const provider of account.providers) {
      provider.jwks = issuer.jwks;
    }
  }
  const aws = await serve(world);
  try {
    for (const [index, step] of steps.entries()) {
      heading(`Step ${index + 1} of ${steps.length}. ${step.title}`);
      const result = await run(step, issuer, aws);
      show(result);
      if (result.conclusion !== 'success' || result.outputs.status !== 'success') {
        return 1;
      }
    }
    return world.complaints.length === 0 ? 0 : 1;
  } finally {
    await aws.close();
    await issuer.close();
  }
}

async function run(step: Step, issuer: Issuer, aws: Served): Promise<RunResult> {
  const action = await runAction({
    root,
    inputs: step.inputs,
    github: job,
    issuer,
    endpoint: aws.url,
    permissions: { idToken: true },
    onLine: logWriter((text) => console.log(text)),
  });
  return action.exited;
}

function show(result: RunResult): void {
  heading('Outputs');
  for (const [name, value] of Object.entries(result.outputs)) {
    console.log(`${name} = ${value}`);
  }
  heading('Summary');
  console.log(showSummary(result.summary));
  heading('Files');
  console.log(`manifest: ${result.outputs['manifest-file']}`);
  console.log(`all of the runner's: ${result.files.base}`);
  console.log(`exit code ${result.exitCode}, after ${(result.durationMs / 1000).toFixed(1)} s`);
}

function heading(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 96 - text.length))}\n`);
}
