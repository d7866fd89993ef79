import { describe, expect } from '@jest/globals';
import { secondaryLimit, trouble } from '../../simulator/github/faults.ts';
import type { Author, Comment } from '../../simulator/github/repository.ts';
import type { GitHubOptions } from '../../simulator/github/server.ts';
import { run } from '../support/builders.ts';
import { comment, type Hub, head, job, pace, token, withHub } from './hub.ts';
import { sideBySide } from './side-by-side.ts';

const it = sideBySide();

const marker = '<!-- promote-ami: ami-promotion -->';
const ours = (over: Partial<Comment> = {}): Comment => comment({ body: `${marker}\nold`, ...over });
const outsider: Author = { login: 'mallory', type: 'User', association: 'CONTRIBUTOR' };
const member: Author = { login: 'octocat', type: 'User', association: 'MEMBER' };

/** What every text ends with. */
const footer = `\nFor commit ${head}, by [this run](${run().url}).\n`;
const told = ({ github }: Hub) => github.comments.map(({ id, body }) => [id, body.replace(footer, '')]);
const operations = ({ github }: Hub) => github.requests.map(({ operation }) => operation);

/** What became of one comment on a GitHub. */
function commented(
  options: Partial<GitHubOptions>,
  then: (hub: Hub) => void,
  context = 'ami-promotion',
): Promise<void> {
  return withHub(options, async (hub) => {
    const { comment: put } = await hub.notices({ context });
    await put('## Plan');
    then(hub);
  });
}

describe('the comment on a pull request', () => {
  it('is made where there is none, and updated in place from then on, by other runs too', () =>
    withHub({ comments: [comment()] }, async (hub) => {
      const first = await hub.notices();
      await first.comment('## Plan 1');
      expect(hub.github.comments).toMatchObject([
        comment(),
        { issue: 7, body: `${marker}\n## Plan 1${footer}`, author: job },
      ]);
      const id = hub.github.comments[1]?.id;
      const second = await hub.notices();
      await second.comment('## Plan 2');
      expect(told(hub)).toEqual([
        [1, 'LGTM'],
        [id, `${marker}\n## Plan 2`],
      ]);
      expect(hub.warnings).toEqual([]);
    }));

  it('is found on whatever page it is', () =>
    commented(
      {
        comments: [
          ...Array.from({ length: 250 }, (_, index) => comment({ id: index + 1 })),
          ours({ id: 251 }),
        ],
      },
      (hub) => {
        expect(told(hub).at(-1)).toEqual([251, `${marker}\n## Plan`]);
        expect(hub.github.comments).toHaveLength(251);
        expect(operations(hub)).toEqual([...Array(3).fill('issues/list-comments'), 'issues/update-comment']);
      },
    ));

  it('is the first where there are several', () =>
    commented({ comments: [ours({ id: 1 }), ours({ id: 2 })] }, (hub) =>
      expect(told(hub)).toEqual([
        [1, `${marker}\n## Plan`],
        [2, `${marker}\nold`],
      ]),
    ));

  it('is its own for each context', () =>
    commented(
      { comments: [ours(), comment({ id: 2, body: `quoted: ${marker}` })] },
      (hub) =>
        expect(told(hub).slice(2)).toEqual([[expect.any(Number), '<!-- promote-ami: ami -->\n## Plan']]),
      'ami',
    ));

  for (const context of ['a --> b', '--!><script>', 'with "quotes" & é / \n lines', '\ud800', '-->']) {
    it(`is found again, and hides its marker, in a context of any text: ${JSON.stringify(context)}`, () =>
      withHub({}, async (hub) => {
        const { comment: put } = await hub.notices({ context });
        await put('## Plan 1');
        await put('## Plan 2');
        expect(told(hub)).toEqual([
          [expect.any(Number), expect.stringMatching(/^<!-- promote-ami: [^\s<>"]+ -->\n## Plan 2$/)],
        ]);
      }));
  }

  it('is nothing outside of pull requests, not even a request', () =>
    withHub({}, async (hub) => {
      for (const event of [{}, { issue: { number: 7, pull_request: {} } }, { pull_request: null }]) {
        await (await hub.notices({ event })).comment('## Plan');
      }
      expect(hub.github.requests).toEqual([]);
      expect(hub.warnings).toEqual([]);
    }));

  it('is nothing where the event cannot be read', () =>
    withHub({}, async (hub) => {
      const env = { GITHUB_API_URL: hub.github.url, GITHUB_EVENT_PATH: '/nowhere/event.json' };
      await (await hub.notices({ env })).comment('## Plan');
      expect([hub.github.requests, hub.warnings]).toEqual([[], []]);
    }));
});

describe('a comment of somebody else', () => {
  it('that only looks like ours is left to outsiders, who could change it after us', () =>
    commented(
      { comments: [ours({ author: outsider })], tokens: { [token]: { ...job, moderates: true } } },
      (hub) =>
        expect(told(hub)).toEqual([
          [1, `${marker}\nold`],
          [expect.any(Number), `${marker}\n## Plan`],
        ]),
    ));

  it('who belongs to the repository is updated where the token may', () =>
    commented(
      { comments: [ours({ author: member })], tokens: { [token]: { ...job, moderates: true } } },
      (hub) => expect(told(hub)).toEqual([[1, `${marker}\n## Plan`]]),
    ));

  it('is left as it is where the token may not, and another is made', () =>
    commented({ comments: [ours({ author: member })] }, (hub) => {
      expect(told(hub)).toEqual([
        [1, `${marker}\nold`],
        [expect.any(Number), `${marker}\n## Plan`],
      ]);
      expect(hub.warnings).toEqual([]);
    }));

  it('or of ours that is gone by now is made anew', () =>
    commented(
      {
        comments: [ours()],
        faults: [
          {
            operation: 'issues/update-comment',
            nth: [1],
            kind: 'answer',
            answer: { status: 404, body: { message: 'Not Found' } },
          },
        ],
      },
      (hub) => expect(told(hub).at(-1)).toEqual([expect.any(Number), `${marker}\n## Plan`]),
    ));
});

describe('a comment that GitHub has trouble with', () => {
  it('is not made twice, where the first was made although GitHub said otherwise', () =>
    commented(
      { faults: [{ operation: 'issues/create-comment', nth: [1], kind: 'lost', answer: trouble() }] },
      (hub) => {
        expect(told(hub)).toEqual([[expect.any(Number), `${marker}\n## Plan`]]);
        expect(hub.warnings).toEqual([]);
      },
    ));

  it('is made after all', () =>
    commented(
      {
        faults: [
          { operation: 'issues/list-comments', nth: [1], kind: 'answer', answer: trouble() },
          { operation: 'issues/create-comment', nth: [1], kind: 'drop' },
        ],
      },
      (hub) => {
        expect(told(hub)).toEqual([[expect.any(Number), `${marker}\n## Plan`]]);
        expect(hub.warnings).toEqual([]);
      },
    ));

  it('is not taken for one that may not be updated where a limit is reached', () =>
    commented(
      {
        comments: [ours()],
        faults: [
          {
            operation: 'issues/update-comment',
            nth: 'every',
            kind: 'answer',
            answer: secondaryLimit(3_600),
          },
        ],
      },
      (hub) => {
        expect(operations(hub)).toEqual(['issues/list-comments', 'issues/update-comment']);
        expect(hub.warnings).toEqual([
          ['No comment on the pull request', expect.stringContaining('too many requests')],
        ]);
      },
    ));

  const refusals = [
    [
      'without the permission',
      { tokens: { [token]: { ...job, writes: [] } } },
      /403.*pull-requests: write.*fork/,
    ],
    ['with a token that is over', { tokens: {} }, /401.*not valid/],
    ['on a pull request that it does not see', { pullRequests: [] }, /404.*pull-requests: write/],
  ] as const;
  for (const [name, options, said] of refusals) {
    it(`is one warning with the status and what to do: ${name}`, () =>
      withHub(options, async (hub) => {
        await (await hub.notices()).comment('## Plan');
        expect(hub.warnings).toEqual([['No comment on the pull request', expect.stringMatching(said)]]);
        expect(hub.warnings.join()).not.toContain(token);
        expect(hub.github.comments).toEqual([]);
      }));
  }

  it('is given up in silence', () =>
    withHub(
      { faults: [{ operation: 'issues/list-comments', nth: 'every', kind: 'silence' }] },
      async (hub) => {
        await (await hub.notices({ pace: { ...pace, finalMs: 1_000 } })).comment('## Plan');
        expect(hub.warnings).toEqual([
          ['No comment on the pull request', expect.stringContaining('did not answer in time')],
        ]);
      },
    ));
});
