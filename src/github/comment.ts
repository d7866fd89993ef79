import { setTimeout as delay } from 'node:timers/promises';
import type { Bound } from './bound.ts';
import { type Octokit, sentWith } from './octokit.ts';
import { refusalOf } from './refusal.ts';

/** An issue or pull request, and what tells our comment on it from others. */
export interface Thread {
  readonly owner: string;
  readonly repo: string;
  readonly issue_number: number;
  /** The name of the comment: there is one of each. */
  readonly context: string;
}

/**
 * Puts the text in place of the comment of that name, or makes one where there is none or it may not be changed. What
 * may have been made although GitHub had trouble is looked for before another is made. Raises the error of the request.
 */
export async function putComment(
  octokit: Octokit,
  thread: Thread,
  text: string,
  bound: Bound,
  secondMs: number,
): Promise<void> {
  const { context, ...issue } = thread;
  const body = `${markerOf(context)}\n${text}`;
  for (let tries = 3; ; tries -= 1) {
    const id = await find(octokit, issue, markerOf(context), bound);
    if (id !== undefined && (await update(octokit, issue, id, body, bound))) {
      return;
    }
    try {
      await octokit.rest.issues.createComment({ ...issue, body, ...sentWith(bound, { retries: 0 }) });
      return;
    } catch (error) {
      if (tries === 1 || !refusalOf(error).isTrouble) {
        throw error;
      }
    }
    await delay(secondMs, undefined, { signal: bound.signal, ref: false });
  }
}

/** How a comment of this name begins: a comment of HTML, which nothing in the name can end. */
function markerOf(context: string): string {
  return `<!-- promote-ami: ${encodeURIComponent(context.toWellFormed())} -->`;
}

type Issue = Omit<Thread, 'context'>;

/** The oldest of them; whatever the number of pages. */
async function find(
  octokit: Octokit,
  issue: Issue,
  marker: string,
  bound: Bound,
): Promise<number | undefined> {
  for (let page = 1; ; page += 1) {
    const answer = await octokit.rest.issues.listComments({
      ...issue,
      per_page: 100,
      page,
      ...sentWith(bound),
    });
    const found = answer.data.find((comment) => comment.body?.startsWith(marker) && isTrusted(comment));
    if (found !== undefined || !/\brel="next"/.test(answer.headers.link ?? '')) {
      return found?.id;
    }
  }
}

/** Anybody may comment, and change that later: only what belongs to a bot or to people of the repository is taken for ours. */
function isTrusted(comment: {
  readonly user: { readonly type: string } | null;
  readonly author_association?: string;
}): boolean {
  return (
    comment.user?.type === 'Bot' ||
    ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(comment.author_association ?? '')
  );
}

/** False where it is gone, or somebody else's. */
async function update(
  octokit: Octokit,
  { owner, repo }: Issue,
  id: number,
  body: string,
  bound: Bound,
): Promise<boolean> {
  try {
    await octokit.rest.issues.updateComment({
      owner,
      repo,
      comment_id: id,
      body,
      ...sentWith(bound),
    });
    return true;
  } catch (error) {
    const { status, isLimit } = refusalOf(error);
    if ((status === 403 || status === 404) && !isLimit) {
      return false;
    }
    throw error;
  }
}
