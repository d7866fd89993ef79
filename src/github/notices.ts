import type { CommitStatus } from '../model/commit-status.ts';
import type { Run } from '../model/run.ts';
import { type Bound, bounded } from './bound.ts';
import { putComment } from './comment.ts';
import { type PullRequest, pullRequestOf, triggeringCommitOf } from './event.ts';
import { newest } from './newest.ts';
import { type Kind, kinds, noticeWarning } from './notice-warning.ts';
import { apiUrl, type Octokit, octokitFor, sentWith } from './octokit.ts';
import { refusalOf } from './refusal.ts';

/** What GitHub is told of a step beside its log: nothing of it ever fails a promotion. */
export interface Notices {
  /** The status while the step runs: the newest counts, one request at a time and one every few seconds. Waits for nothing. */
  progress(status: CommitStatus): void;
  /**
   * The status for good: nothing older is sent after it, or while GitHub may still be at it. Resolves when GitHub has it,
   * or it was given up with a warning.
   */
  conclude(status: CommitStatus): Promise<void>;
  /**
   * The one comment of this context on the pull request of this run: updated in place, made if there is none, and with
   * the commit that it is for. Nothing outside of pull requests. Resolves when GitHub has it, or it was given up with a warning.
   */
  comment(body: string): Promise<void>;
}

export interface NoticesOptions {
  readonly token: string;
  /** What GitHub calls the status, and what tells the comment from others. */
  readonly context: string;
  readonly run: Run;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted when the step is cancelled: then there is little time. */
  readonly signal: AbortSignal;
  readonly warn: (title: string, text: string) => void;
  readonly pace?: Pace;
}

/** Milliseconds. */
export interface Pace {
  /** Between two statuses while the step runs. */
  readonly pauseMs: number;
  /** For one of these. */
  readonly progressMs: number;
  /** For the status at the end, or the comment. */
  readonly finalMs: number;
  /** For either, once the step is cancelled. */
  readonly cancelledMs: number;
  /** The second in which GitHub says how long to wait, and in which what failed is repeated. */
  readonly secondMs: number;
}

const realPace: Pace = {
  pauseMs: 5_000,
  progressMs: 5_000,
  finalMs: 20_000,
  cancelledMs: 2_000,
  secondMs: 1_000,
};

/** Notices of a run, on the commit and pull request that it is for. Nothing is loaded or sent before the first one. */
export function noticesTo(options: NoticesOptions): Notices {
  const { context, run, env, signal, warn, pace = realPace } = options;
  const [owner = '', repo = ''] = run.repository.split('/');
  const pull = once(() => pullRequestOf(env));
  const triggering = once(() => triggeringCommitOf(env));
  const octokit = once(() => connected(options, pace));

  const setStatus = async (
    status: CommitStatus,
    bound: Bound,
    over: { readonly retries?: 0 } = {},
  ): Promise<boolean> => {
    const github = await octokit();
    await github?.rest.repos.createCommitStatus({
      owner,
      repo,
      sha: promotedCommit(run, await pull(), await triggering()),
      context,
      ...status,
      target_url: run.url,
      ...sentWith(bound, over),
    });
    return github !== undefined;
  };

  const within = <T>(ms: number, work: (bound: Bound) => Promise<T>): Promise<T> =>
    bounded(ms, pace.cancelledMs, signal, work);

  const orWarn = async (kind: Kind, work: (bound: Bound) => Promise<unknown>): Promise<void> => {
    try {
      await within(pace.finalMs, work);
    } catch (error) {
      warn(...noticeWarning(kind, error));
    }
  };

  // What GitHub refuses now it will refuse again, and a limit that is reached is not to be strained: told once, at the end.
  const statuses = newest<CommitStatus>(async (status) => {
    try {
      return await within(pace.progressMs, (bound) => setStatus(status, bound, { retries: 0 }));
    } catch (error) {
      return refusalOf(error).isTrouble;
    }
  }, pace.pauseMs);

  return {
    progress: statuses.offer,
    conclude(status) {
      const idle = statuses.stop();
      return orWarn(kinds.status, async (bound) => {
        await idle;
        await setStatus(status, bound);
      });
    },
    comment(body) {
      return orWarn(kinds.comment, async (bound) => {
        const { number, head } = (await pull()) ?? {};
        const github = number === undefined ? undefined : await octokit();
        if (github !== undefined && number !== undefined) {
          await putComment(
            github,
            { owner, repo, issue_number: number, context },
            `${body}\nFor commit ${head}, by [this run](${run.url}).\n`,
            bound,
            pace.secondMs,
          );
        }
      });
    },
  };
}

/**
 * The commit that a person would look at: of a pull request the newest of its branch, because GITHUB_SHA is a merge that
 * nobody made; once it is merged, that of the branch that it was merged into. After another workflow that one's, because
 * GITHUB_SHA is then whatever is newest on the default branch.
 */
function promotedCommit(run: Run, pull: PullRequest | undefined, triggering: string | undefined): string {
  return pull === undefined || pull.merged ? (triggering ?? run.sha) : pull.head;
}

/** Undefined, with a warning, where the token must not be sent. */
async function connected(
  { token, run, env, warn }: NoticesOptions,
  { secondMs }: Pace,
): Promise<Octokit | undefined> {
  const url = apiUrl(env);
  if (url === undefined) {
    warn(
      'GitHub is not told of this step',
      'GITHUB_API_URL leads neither to an address with https nor to this machine, and the token is sent nowhere else. The runner sets it: no step should change it.',
    );
    return undefined;
  }
  return octokitFor(token, url, `${run.id}/${run.process}`, secondMs);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
