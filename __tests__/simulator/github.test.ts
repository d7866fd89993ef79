import { afterEach, describe, expect, it } from '@jest/globals';
import { trouble } from '../../simulator/github/faults.ts';
import type { Identity } from '../../simulator/github/repository.ts';
import { type GitHub, type GitHubOptions, startGitHub } from '../../simulator/github/server.ts';

const sha = 'b'.repeat(40);
const bot: Identity = {
  login: 'github-actions[bot]',
  type: 'Bot',
  association: 'NONE',
  writes: ['statuses', 'issues'],
};
const statuses = `/repos/octo/app/statuses/${sha}`;
const comments = '/repos/octo/app/issues/7/comments';

const started: GitHub[] = [];
afterEach(() => Promise.all(started.splice(0).map((github) => github.close())));

async function start(options: Partial<GitHubOptions> = {}): Promise<GitHub> {
  const github = await startGitHub({
    name: 'octo/app',
    commits: [sha],
    pullRequests: [7],
    tokens: { good: bot },
    ...options,
  });
  started.push(github);
  return github;
}

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(github: GitHub, path: string, { method, body, headers }: Asked = {}): Promise<Response> {
  return fetch(`${github.url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'application/vnd.github+json',
      authorization: 'Bearer good',
      'user-agent': 'test',
      'x-github-api-version': '2022-11-28',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe('the simulated GitHub', () => {
  it('answers what its own description promises', async () => {
    const github = await start();
    const status = { state: 'success', context: 'ci', description: 'done', target_url: 'https://ci.example' };
    expect((await ask(github, statuses, { body: status })).status).toBe(201);
    expect((await ask(github, comments, { body: { body: 'first' } })).status).toBe(201);
    const listed = await (await ask(github, comments)).json();
    expect(listed).toMatchObject([{ body: 'first', user: { login: bot.login, type: 'Bot' } }]);
    const path = `/repos/octo/app/issues/comments/${github.comments[0]?.id}`;
    expect((await ask(github, path, { method: 'PATCH', body: { body: 'second' } })).status).toBe(200);
    expect(github.comments).toMatchObject([{ issue: 7, body: 'second' }]);
    expect(github.statuses).toMatchObject([{ sha, state: 'success', context: 'ci' }]);
    expect(github.complaints).toEqual([]);
  });

  it.each<readonly [string, string, Asked, string]>([
    ['a path', '/repos/octo/app/check-runs', {}, 'no operation of the description'],
    ['a method', statuses, {}, 'no operation of the description'],
    ['a number in the path', '/repos/octo/app/issues/seven/comments', {}, 'path.issue_number'],
    ['a parameter', `${comments}?sort=created`, {}, 'unknown sort'],
    ['the size of a page', `${comments}?per_page=101`, {}, '101 is not from 1 to 100'],
    ['a text where a number belongs', `${comments}?page=two`, {}, 'query.page'],
    ['a state', statuses, { body: { state: 'done' } }, 'done is none of'],
    ['a field that is missing', statuses, { body: { description: 'x' } }, 'without state'],
    ['a field', statuses, { body: { state: 'error', url: 'x' } }, 'unknown url'],
    ['a type', comments, { body: { body: 7 } }, 'body.body'],
    ['a body that is no JSON object', comments, { body: 'text' }, 'body: string'],
    ['a body that is missing', comments, { method: 'POST' }, 'body: missing'],
    ['the form of the answer', comments, { headers: { accept: '*/*' } }, 'header accept'],
    ['the version of the API', comments, { headers: { 'x-github-api-version': '' } }, 'x-github-api-version'],
    ['credentials', comments, { headers: { authorization: 'Basic eA==:' } }, 'authorization'],
    ['the form of a body', comments, { body: {}, headers: { 'content-type': 'text/plain' } }, 'content-type'],
  ])('refuses and complains of %s that is not in the description', async (_case, path, asked, complaint) => {
    const github = await start();
    const { status } = await ask(github, path, asked);
    expect([400, 404, 422]).toContain(status);
    expect(github.complaints.join('\n')).toContain(complaint);
    expect([github.statuses, github.comments]).toEqual([[], []]);
  });

  it('never repeats a token in a complaint', async () => {
    const github = await start();
    await ask(github, comments, { headers: { authorization: 'good and secret' } });
    expect(github.complaints).toEqual(['issues/list-comments: header authorization: not a token']);
  });

  it.each<readonly [string, Identity | undefined, Asked, number]>([
    ['nobody', undefined, {}, 401],
    ['whoever does not see the repository', { ...bot, sees: false }, {}, 404],
    ['whoever may only read', { ...bot, writes: [] }, { body: { body: 'x' } }, 403],
    ['whoever may write something else', { ...bot, writes: ['statuses'] }, { body: { body: 'x' } }, 403],
  ])('knows %s', async (_case, identity, asked, expected) => {
    const github = await start({ tokens: identity === undefined ? {} : { good: identity } });
    expect((await ask(github, comments, asked)).status).toBe(expected);
    expect(github.complaints).toEqual([]);
  });

  it.each<readonly [string, string, unknown]>([
    ['a commit that it does not have', `/repos/octo/app/statuses/${'c'.repeat(40)}`, { state: 'error' }],
    ['a description of 141 characters', statuses, { state: 'error', description: 'x'.repeat(141) }],
    ['a link that is none', statuses, { state: 'error', target_url: 'ftp://ci.example' }],
    ['a comment of 65,537 characters', comments, { body: 'x'.repeat(65_537) }],
    ['a comment of nothing', comments, { body: ' ' }],
  ])('does not take %s', async (_case, path, body) => {
    const github = await start();
    expect((await ask(github, path, { body })).status).toBe(422);
    expect([github.statuses, github.comments]).toEqual([[], []]);
  });

  it('takes 65,536 characters, whatever they are', async () => {
    const github = await start();
    expect((await ask(github, comments, { body: { body: '😀'.repeat(65_536) } })).status).toBe(201);
  });

  it('shows comments page by page, with links from each to the next', async () => {
    const github = await start({
      basePath: '/api/v3',
      comments: Array.from({ length: 5 }, (_, id) => ({ id: id + 1, issue: 7, author: bot, body: `${id}` })),
    });
    const seen: number[] = [];
    for (let next: string | undefined = `${comments}?per_page=2`; next !== undefined; ) {
      const response: Response = await ask(github, next);
      const shown: unknown = await response.json();
      seen.push(Array.isArray(shown) ? shown.length : -1);
      const link = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
      next = link?.slice(github.url.length);
    }
    expect(seen).toEqual([2, 2, 1]);
    expect(github.complaints).toEqual([]);
  });

  it('has trouble with the requests that it is told to, and no others', async () => {
    const github = await start({
      faults: [
        { operation: 'issues/list-comments', nth: [2], kind: 'answer', answer: trouble() },
        { operation: 'issues/create-comment', nth: 'every', kind: 'lost', answer: trouble(500) },
      ],
    });
    const list = async () => (await ask(github, comments)).status;
    expect([await list(), await list(), await list()]).toEqual([200, 502, 200]);
    expect((await ask(github, comments, { body: { body: 'x' } })).status).toBe(500);
    expect(github.comments).toHaveLength(1);
  });
});
