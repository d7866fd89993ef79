import type { GitHubJob } from '../../../simulator/runner/run.ts';
import type { World } from '../../../simulator/world.ts';
import type { Value } from './expressions.ts';

/** What starts a run of a workflow, and what is there for it. */
export interface Start {
  readonly world: World;
  /** `workflow_dispatch` unless said otherwise. */
  readonly event?: 'workflow_dispatch' | 'push' | 'pull_request' | 'schedule';
  /** The event's payload, as far as somebody asks for it. */
  readonly payload?: { readonly [key: string]: Value };
  readonly ref?: string;
  /** Of `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** The files of the repository, by path: what a checkout brings. */
  readonly files?: Readonly<Record<string, string>>;
  /** What Packer builds, by the name of the build: ids of images in us-east-1. */
  readonly built?: Readonly<Record<string, string>>;
  /** Decimal; another one for each run in a world. */
  readonly runId?: string;
  /** Asked before a job that has an environment; false rejects it. */
  readonly approve?: (environment: string) => boolean;
}

/** What the jobs of a run share. */
export interface Stage extends Start {
  /** Holds a folder for each artifact. */
  readonly artifacts: string;
}

/** What the steps of a job share. */
export interface Scene extends Stage {
  readonly github: GitHubJob;
  /** What the job may do, as `permissions:` has it. */
  readonly permissions: Readonly<Record<string, string>>;
  /** Holds all that is below; gone when the job ends. */
  readonly base: string;
  readonly workspace: string;
}
