import { type Answer, refusal } from './answer.ts';
import type { OperationId } from './description.ts';

/** What goes wrong with requests for an operation: with those of these numbers, counted from 1, or with each. */
export type GitHubFault = {
  readonly operation: OperationId;
  readonly nth: readonly number[] | 'every';
} & (
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** What was asked for is done, but the answer is another. */
  | { readonly kind: 'lost'; readonly answer: Answer }
  /** Nothing is ever answered, or the connection is cut. */
  | { readonly kind: 'silence' | 'drop' }
  /** It takes so long before it is done and answered. */
  | { readonly kind: 'slow'; readonly ms: number }
);

/** The answer of a GitHub that has trouble. */
export function trouble(status: 500 | 502 | 503 = 502): Answer {
  return refusal(status, 'Server Error');
}

/** Too many writes in a short time: GitHub says how many seconds to wait. */
export function secondaryLimit(retryAfter: number, status: 403 | 429 = 403): Answer {
  return {
    ...refusal(status, 'You have exceeded a secondary rate limit. Please wait a few minutes.'),
    headers: { 'retry-after': String(retryAfter), 'x-ratelimit-remaining': '4711' },
  };
}

/** The requests of the hour are used up: GitHub says when there are new ones, in seconds from now. */
export function primaryLimit(resetAfter: number, status: 403 | 429 = 403): Answer {
  return {
    ...refusal(status, 'API rate limit exceeded for installation ID 1.'),
    headers: {
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + resetAfter),
    },
  };
}
