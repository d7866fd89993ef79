import type { Comment } from '../../../simulator/github/repository.ts';
import type { GitHubJob } from '../../../simulator/runner/run.ts';
import type { World } from '../../../simulator/world.ts';
import type { Hub } from './hub.ts';

/** What starts a run of a workflow, and what is there for it. */
export interface Start {
  readonly world: World;
  /** `workflow_dispatch` unless said otherwise. */
  readonly event?: 'workflow_dispatch' | 'push' | 'pull_request' | 'schedule';
  /** Of `pull_request`, as its payload has it. */
  readonly pullRequest?: PullRequest;
  /** What is on it already. */
  readonly comments?: readonly Comment[];
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

/** A type alias, so that it fits what expressions look at. */
export type PullRequest = {
  readonly number: number;
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } };
};

/** What the jobs of a run share. */
export interface Stage extends Start {
  readonly hub: Hub;
  /** Holds a folder for each artifact. */
  readonly artifacts: string;
}

/** What the steps of a job share. */
export interface Scene extends Stage {
  readonly github: GitHubJob;
  /** What the job may do, as `permissions:` has it. */
  readonly permissions: Readonly<Record<string, string>>;
  /** Of GitHub's API. */
  readonly token: string;
  /** Holds all that is below; gone when the job ends. */
  readonly base: string;
  readonly workspace: string;
}
