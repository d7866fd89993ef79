import { asOrigin } from '../model/origin.ts';
import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { code, plain, table } from './markdown.ts';
import { rowsOf } from './rows.ts';
import { cut } from './text.ts';

/** A source image as manifest, plan and summary tell of it. */
export interface ReportedSource {
  readonly key: string;
  readonly origin: string;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string | null;
  readonly architecture: string;
}

/**
 * The source images of a result, each once in every Region that it is read from, with the one that copies are compared
 * with; none when they could not be read.
 */
export function sourcesOf(result: Result, promotion: Promotion): readonly ReportedSource[] {
  const targets = rowsOf(result, promotion).flatMap(({ outcome }) => outcome?.target ?? []);
  const sources = new Map(
    targets.flatMap(({ source: { key, origin, primary, image } }) =>
      [primary, image].map((one) => [`${key} ${one.id}`, { key, origin, image: one }] as const),
    ),
  );
  return [...sources.values()].map(({ key, origin, image }) => ({
    key,
    origin,
    id: image.id,
    account: image.account,
    region: image.region,
    name: image.name ?? null,
    architecture: image.architecture,
  }));
}

/** A table of them, a line each; no line when there is none. */
export function sourceTable(sources: readonly ReportedSource[]): readonly string[] {
  if (sources.length === 0) {
    return [];
  }
  return table(
    ['Image', 'AMI', 'Account', 'Region', 'Name', 'Architecture', 'Origin'],
    sources.map(({ key, id, account, region, name, architecture, origin }) => [
      plain(key),
      code(id),
      plain(account),
      plain(region),
      plain(cut(name ?? '', 300)),
      plain(architecture),
      origin === asOrigin({ account, region, id }) ? 'itself' : code(origin),
    ]),
  );
}
