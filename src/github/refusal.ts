import { valueAt } from './unknown.ts';

/** What became of a request that raised an error. */
export interface Refusal {
  /** Of GitHub's answer; undefined where there was none. */
  readonly status: number | undefined;
  /** A limit of requests is reached. */
  readonly isLimit: boolean;
  /** It is GitHub's, or the network's: what was asked for may have been done all the same. */
  readonly isTrouble: boolean;
}

/** What an error of Octokit says, by codes and headers alone: its text repeats what others wrote. */
export function refusalOf(error: unknown): Refusal {
  const response = valueAt(error, 'response');
  const answered = valueAt(response, 'status');
  const status = typeof answered === 'number' ? answered : undefined;
  const headers = valueAt(response, 'headers');
  const saysWait =
    valueAt(headers, 'retry-after') !== undefined || valueAt(headers, 'x-ratelimit-remaining') === '0';
  return {
    status,
    isLimit: status === 429 || (status === 403 && saysWait),
    isTrouble: status === undefined || status >= 500,
  };
}
