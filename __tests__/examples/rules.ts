import { parse } from 'yaml';
import { nameOf, ourAction } from './third-party.ts';

/**
 * What breaks our own rules for workflows: all pinned by SHA with the version beside it, least permissions, and no
 * expression in a script, where a value could become code. Empty where all is well.
 */
export function brokenRules(text: string): readonly string[] {
  const workflow: Workflow = parse(text);
  return [
    ...unpinned(text),
    ...(isEmpty(workflow.permissions) ? [] : ['permissions at the top are not {}']),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) => [
      ...wrongPermissions(job).map((fault) => `job ${name}: ${fault}`),
      ...(job['timeout-minutes'] === undefined && job.uses === undefined
        ? [`job ${name}: no timeout-minutes`]
        : []),
      ...(job.steps ?? [])
        .filter(({ run = '' }) => run.includes('${{'))
        .map(() => `job ${name}: an expression in a script`),
    ]),
  ];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly 'timeout-minutes'?: number;
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const pinned = /^\s*(- )?uses: [\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+(\.\d+)*$/;

function unpinned(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => /\buses:/.test(line) && !line.trimStart().startsWith('#') && !pinned.test(line))
    .map((line) => `not pinned by SHA and version: ${line.trim()}`);
}

/** Exactly the permissions that the steps of a job need. */
function wrongPermissions({ permissions, steps = [], uses }: Job): readonly string[] {
  const needed = uses === undefined ? new Set(steps.flatMap(neededBy)) : new Set(['id-token: write']);
  const given = new Set(Object.entries(permissions ?? {}).map(([name, access]) => `${name}: ${access}`));
  return [
    ...(permissions === undefined ? ['no permissions of its own'] : []),
    ...[...given].filter((one) => !needed.has(one)).map((one) => `needs no ${one}`),
    ...[...needed].filter((one) => !given.has(one)).map((one) => `lacks ${one}`),
  ];
}

function neededBy({ uses = '', with: inputs = {} }: Step): readonly string[] {
  switch (nameOf(uses)) {
    case ourAction:
      return ['id-token: write', ...(inputs['github-token'] === undefined ? [] : [told(inputs)])];
    case 'aws-actions/configure-aws-credentials':
      return ['id-token: write'];
    case 'actions/checkout':
      return ['contents: read'];
    case 'github/codeql-action/analyze':
      return ['security-events: write'];
    default:
      return [];
  }
}

/** What a plan tells is a comment on the pull request, all else a commit status. */
function told({ mode }: Readonly<Record<string, unknown>>): string {
  return mode === 'plan' ? 'pull-requests: write' : 'statuses: write';
}

function isEmpty(permissions: unknown): boolean {
  return typeof permissions === 'object' && permissions !== null && Object.keys(permissions).length === 0;
}
