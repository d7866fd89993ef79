import { AwsError } from '../../wire/error.ts';

/** What a request says about pages. */
export interface Paging {
  readonly maxResults: number | undefined;
  readonly nextToken: string | undefined;
  /** Whether the request names ids, which AWS does not let be paged. */
  readonly byIds: boolean;
  /** Everything else that the request asks for: a token is good for the same question only. */
  readonly question: unknown;
}

/** Checks the parameters. AWS: no pages of ids, and 5 to 1,000 results a page. */
export function checkPaging(paging: Paging): void {
  const { maxResults, nextToken, byIds } = paging;
  if (byIds && (maxResults !== undefined || nextToken !== undefined)) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter maxResults cannot be used with a list of ids in the same call',
    );
  }
  if (maxResults !== undefined && (maxResults < 5 || maxResults > 1000)) {
    const bound = maxResults < 5 ? 'greater than 5' : 'less than 1000';
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value '${maxResults}' for maxResults. Expecting a value ${bound}.`,
    );
  }
}

/**
 * One page of items, which come in the order of their ids. Filters work on what a page holds, so a page may be
 * empty although more follow: AWS tells clients to go on until there is no token.
 */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  paging: Paging,
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  const question = JSON.stringify(paging.question);
  const after = paging.nextToken === undefined ? '' : lastSeen(paging.nextToken, question);
  const rest = items.filter((item) => item.id > after);
  const size = paging.maxResults ?? (paging.nextToken === undefined ? rest.length : 1000);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = last !== undefined && rest.length > page.length;
  return { items: page, nextToken: more ? tokenFor(last.id, question) : undefined };
}

function tokenFor(id: string, question: string): string {
  return Buffer.from(JSON.stringify([id, question])).toString('base64');
}

function lastSeen(token: string, question: string): string {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    if (Array.isArray(read) && typeof read[0] === 'string' && read[1] === question) {
      return read[0];
    }
  } catch {
    // Answered below: a token that AWS did not give.
  }
  throw new AwsError('InvalidNextToken', 'The specified nextToken is invalid or for another request.');
}
