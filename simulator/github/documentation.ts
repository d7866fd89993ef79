import type { IncomingHttpHeaders } from 'node:http';

/** What GitHub's documentation asks of headers; the description says nothing of them. */
export function headerMisfits(headers: IncomingHttpHeaders, hasBody: boolean): readonly string[] {
  const asked: readonly [name: string, value: RegExp | undefined][] = [
    ['accept', /^application\/vnd\.github(\.v3)?\+json$/],
    ['authorization', /^(token|bearer) \S+$/i],
    ['x-github-api-version', /^2022-11-28$/],
    ['user-agent', /\S/],
    ['content-type', hasBody ? /^application\/json(; ?charset=utf-8)?$/i : undefined],
  ];
  return asked.flatMap(([name, value]) => {
    const found = String(headers[name] ?? '');
    return (value === undefined ? found === '' : value.test(found))
      ? []
      : [`header ${name}: ${name === 'authorization' ? 'not a token' : found || 'missing'}`];
  });
}

/** The bounds of pages, which the description has only in words. */
export function pageMisfits(query: URLSearchParams): readonly string[] {
  const { per_page: size = 1, page = 1 } = Object.fromEntries(
    [...query].map(([name, text]) => [name, Number(text)]),
  );
  return [
    ...(size < 1 || size > 100 ? [`query.per_page: ${size} is not from 1 to 100`] : []),
    ...(page < 1 ? [`query.page: ${page} is less than 1`] : []),
  ];
}
