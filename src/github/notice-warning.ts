import { refusalOf } from './refusal.ts';

/** What GitHub was to be told, and what that needs. */
export interface Kind {
  readonly title: string;
  /** Begins a sentence. */
  readonly what: string;
  /** The line below `permissions`. */
  readonly permission: string;
  /** What a 422 means for it. */
  readonly unfit: string;
}

export const kinds = {
  status: {
    title: 'No commit status',
    what: 'The commit status',
    permission: 'statuses: write',
    unfit:
      'the commit is not in this repository, or has as many statuses as GitHub takes (1,000 of each context)',
  },
  comment: {
    title: 'No comment on the pull request',
    what: 'The comment on the pull request',
    permission: 'pull-requests: write',
    unfit: 'the pull request takes no comments, or not this one',
  },
} as const satisfies Readonly<Record<string, Kind>>;

/** Why GitHub was not told, and what to do: nothing in it is from a request or an answer but the status. */
export function noticeWarning(kind: Kind, error: unknown): readonly [title: string, text: string] {
  const text = `${kind.what} could not be written: ${reasonOf(kind, error)} What was done in AWS does not depend on it.`;
  return [kind.title, text];
}

function reasonOf({ permission, unfit }: Kind, error: unknown): string {
  const { status, isLimit } = refusalOf(error);
  if (status === undefined) {
    return 'GitHub did not answer in time. On a self-hosted runner, let it reach the address in GITHUB_API_URL, or name its proxy in https_proxy; else look at https://www.githubstatus.com.';
  }
  const answered = `GitHub answered with status ${status}`;
  if (isLimit) {
    return `${answered}: too many requests with this token, for longer than it was waited. Run the step again later; jobs that use the same token share its limit.`;
  }
  if (status === 401) {
    return `${answered}: the token is not valid, or not any more. Give \${{ github.token }} as github-token, or another token that has not expired.`;
  }
  if (status === 403 || status === 404) {
    return `${answered}: the token may not do that in this repository. Give the job \`permissions: ${permission}\` (with \`permissions\` set, everything not named is taken away), or the token that permission. A pull request from a fork has a token that only reads, whatever the workflow says.`;
  }
  if (status === 422) {
    return `${answered}: ${unfit}.`;
  }
  return status >= 500
    ? `${answered}: it has trouble of its own. Run the step again; if it goes on, look at https://www.githubstatus.com.`
    : `${answered}, which is not expected. Please report it.`;
}
