import type { Call } from './description.ts';
import type { Identity, Permission, Repository } from './repository.ts';
import { commentView, statusView } from './views.ts';

/** A request that fits the description, from somebody whom GitHub knows. */
export interface Question {
  readonly call: Call;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly identity: Identity;
  /** The address of the API, for the addresses in answers. */
  readonly base: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/** What GitHub makes of a request: it changes the repository where the identity may. */
export function answer(repository: Repository, question: Question): Answer {
  const { call, identity } = question;
  if (identity.sees === false || `${call.path.owner}/${call.path.repo}` !== repository.name) {
    return refusal(404, 'Not Found');
  }
  switch (call.id) {
    case 'repos/create-commit-status':
      return permitted(identity, ['statuses']) ?? createStatus(repository, question);
    case 'issues/list-comments':
      return listComments(repository, question);
    case 'issues/create-comment':
      return permitted(identity, ['issues', 'pull-requests']) ?? createComment(repository, question);
    case 'issues/update-comment':
      return permitted(identity, ['issues', 'pull-requests']) ?? updateComment(repository, question);
  }
}

/** An error as GitHub answers it. */
export function refusal(status: number, message: string, field?: string): Answer {
  const errors =
    field === undefined ? {} : { errors: [{ resource: 'Request', field, code: 'custom', message }] };
  return {
    status,
    body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status), ...errors },
  };
}

function permitted({ writes }: Identity, one: readonly Permission[]): Answer | undefined {
  if (one.some((permission) => writes.includes(permission))) {
    return undefined;
  }
  const accepted = one.map((permission) => `${permission.replace('-', '_')}=write`).join('; ');
  return {
    ...refusal(403, 'Resource not accessible by integration'),
    headers: { 'x-accepted-github-permissions': accepted },
  };
}

function createStatus(repository: Repository, { call, body, identity, base }: Question): Answer {
  const { sha = '' } = call.path;
  const status = {
    sha,
    state: String(body.state),
    context: textOf(body.context) ?? 'default',
    description: textOf(body.description),
    targetUrl: textOf(body.target_url),
    creator: identity,
  };
  if (!repository.commits.includes(sha)) {
    return refusal(422, `No commit found for SHA: ${sha}`);
  }
  if ([...(status.description ?? '')].length > 140) {
    return refusal(422, 'description is too long (maximum is 140 characters)', 'description');
  }
  if (status.targetUrl !== null && !/^https?:\/\//.test(status.targetUrl)) {
    return refusal(422, 'target_url must use http(s) scheme', 'target_url');
  }
  const alike = repository.statuses.filter(
    (one) => one.sha === sha && one.context.toLowerCase() === status.context.toLowerCase(),
  );
  if (alike.length >= 1_000) {
    return refusal(422, 'This SHA and context has reached the maximum number of statuses.');
  }
  repository.statuses.push(status);
  return { status: 201, body: statusView(status, repository.statuses.length, base, repository) };
}

function listComments(repository: Repository, { call, query, base }: Question): Answer {
  const issue = Number(call.path.issue_number);
  if (!repository.pullRequests.includes(issue)) {
    return refusal(404, 'Not Found');
  }
  const size = Number(query.get('per_page') ?? 30);
  const page = Number(query.get('page') ?? 1);
  const all = repository.comments.filter((comment) => comment.issue === issue);
  const shown = all.slice((page - 1) * size, page * size);
  const pages = Math.ceil(all.length / size);
  const to = (number: number, rel: string): string =>
    `<${base}/repos/${repository.name}/issues/${issue}/comments?per_page=${size}&page=${number}>; rel="${rel}"`;
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : []),
    ...(page < pages ? [to(page + 1, 'next'), to(pages, 'last')] : []),
  ];
  return {
    status: 200,
    headers: links.length === 0 ? {} : { link: links.join(', ') },
    body: shown.map((comment) => commentView(comment, base, repository)),
  };
}

function createComment(repository: Repository, { call, body, identity, base }: Question): Answer {
  const issue = Number(call.path.issue_number);
  const text = String(body.body);
  if (!repository.pullRequests.includes(issue)) {
    return refusal(404, 'Not Found');
  }
  const id = 3_000_000_000 + repository.comments.reduce((most, one) => Math.max(most, one.id % 1e9), 0) + 1;
  const comment = { id, issue, author: identity, body: text };
  const problem = problemOf(text);
  if (problem === undefined) {
    repository.comments.push(comment);
  }
  return problem ?? { status: 201, body: commentView(comment, base, repository) };
}

function updateComment(repository: Repository, { call, body, identity, base }: Question): Answer {
  const text = String(body.body);
  const at = repository.comments.findIndex(({ id }) => id === Number(call.path.comment_id));
  const found = repository.comments[at];
  if (found === undefined) {
    return refusal(404, 'Not Found');
  }
  if (found.author.login !== identity.login && identity.moderates !== true) {
    return refusal(403, 'Resource not accessible by integration');
  }
  const comment = { ...found, body: text };
  const problem = problemOf(text);
  if (problem === undefined) {
    repository.comments.splice(at, 1, comment);
  }
  return problem ?? { status: 200, body: commentView(comment, base, repository) };
}

function problemOf(body: string): Answer | undefined {
  if (body.trim() === '') {
    return refusal(422, 'Body cannot be blank', 'body');
  }
  return [...body].length > 65_536
    ? refusal(422, 'Body is too long (maximum is 65536 characters)', 'data')
    : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
