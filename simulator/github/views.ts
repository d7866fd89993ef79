import type { Author, Comment, Repository, Status } from './repository.ts';

/** A status as GitHub answers it. */
export function statusView(status: Status, id: number, base: string, repository: Repository): object {
  return {
    url: `${base}/repos/${repository.name}/statuses/${status.sha}`,
    avatar_url: null,
    id,
    node_id: `SC_${id}`,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: now(),
    updated_at: now(),
    creator: userView(status.creator, base),
  };
}

/** A comment as GitHub answers it. */
export function commentView(
  { id, issue, author, body }: Comment,
  base: string,
  repository: Repository,
): object {
  return {
    id,
    node_id: `IC_${id}`,
    url: `${base}/repos/${repository.name}/issues/comments/${id}`,
    html_url: `https://github.com/${repository.name}/pull/${issue}#issuecomment-${id}`,
    issue_url: `${base}/repos/${repository.name}/issues/${issue}`,
    body,
    user: userView(author, base),
    created_at: now(),
    updated_at: now(),
    author_association: author.association,
    performed_via_github_app: null,
  };
}

function userView({ login, type }: Author, base: string): object {
  const url = `${base}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: [...login].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 1),
    node_id: `U_${login}`,
    avatar_url: `https://avatars.githubusercontent.com/${encodeURIComponent(login)}`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  };
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
