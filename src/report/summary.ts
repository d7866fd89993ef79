import type { Result } from '../model/outcome.ts';
import type { Promotion, SourceImage } from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { type Cause, causesOf, type Level, type Warning, warningsOf } from './causes.ts';
import { code, link, plain, table, within } from './markdown.ts';
import { openedBlocks } from './opened.ts';
import { headlineOf, type Status, statusOf } from './status.ts';
import { targetTable } from './targets.ts';
import { cut, firstOf, plural } from './text.ts';

/**
 * The summary of the step as GitHub-flavoured Markdown: status in words, causes, targets, warnings, what stays
 * open, sources. Nothing in it can break out of its place, and it stays below 1,000,000 bytes, because GitHub
 * drops a summary of more than 1 MiB whole: each part has its share, and says what did not fit.
 */
export function summaryOf(result: Result, promotion: Promotion, run: Run): string {
  return [
    `## Promote AMI: ${statusWords[statusOf(result, promotion)]} – ${headlineOf(result, promotion)}`,
    `Run ${link(cut(run.id, 200), cut(run.url, 500))}`,
    ...section('What is missing, and why', causesOf(result, promotion).map(causeBlock), shares.causes),
    ...section('Targets', targetTable(result, promotion), shares.targets),
    ...section('Warnings', warningsOf(result, promotion).map(warningLine), shares.warnings),
    ...section('Opened on the source', openedBlocks(result), shares.opened),
    ...section('Source images', sourceTable(result), shares.sources),
    '',
  ].join('\n');
}

const statusWords: Readonly<Record<Status, string>> = {
  success: '✅ success',
  partial: '⚠️ partial',
  pending: '⏳ pending',
  failure: '❌ failure',
};

/** Bytes for each part: together 900,000, and headings are a few hundred more. */
const shares = {
  causes: 250_000,
  targets: 450_000,
  warnings: 50_000,
  opened: 100_000,
  sources: 50_000,
} as const;

const icons: Readonly<Record<Level, string>> = { error: '❌', warning: '⚠️', notice: '⏳' };

function section(title: string, blocks: readonly string[], bytes: number): readonly string[] {
  return blocks.length === 0 ? [] : ['', `### ${title}`, '', ...within(blocks, bytes, leftOut)];
}

function leftOut(count: number): string {
  return `\n<i>${count} more did not fit here; the manifest has them all.</i>`;
}

function causeBlock(cause: Cause): string {
  const { code: name, meaning, cure, targets, actions, requestIds } = cause;
  const asked = requestIds.length > 0 ? `, request ${requestIds.slice(0, 5).map(code).join(' ')}` : '';
  return [
    `${icons[cause.level]} <b>${plain(cut(meaning, 3_000))}</b>`,
    `- What to do: ${plain(cut(cure, 3_000))}`,
    ...(targets.length > 0
      ? [
          `- ${plural(targets.length, 'target')}: ${plain(
            firstOf(
              targets.map((title) => cut(title, 300)),
              20,
            ),
          )}`,
        ]
      : []),
    `- Code: ${code(cut(name, 200))} from ${actions
      .slice(0, 5)
      .map((action) => code(cut(action, 200)))
      .join(', ')}${asked}`,
    '',
  ].join('\n');
}

function warningLine({ aspect, wanted, found, targets }: Warning): string {
  return `- ${plural(targets.length, 'target')} not ${plain(aspect)} as wanted: wanted ${plain(cut(wanted, 1_000))}, found ${plain(cut(found, 1_000))} (${plain(
    firstOf(
      targets.map((title) => cut(title, 300)),
      10,
    ),
  )})`;
}

function sourceTable(result: Result): readonly string[] {
  const sources = new Map<string, SourceImage>(
    result.outcomes.map(({ target }) => [target.source.key, target.source]),
  );
  if (sources.size === 0) {
    return [];
  }
  return table(
    ['Image', 'AMI', 'Account', 'Region', 'Name', 'Architecture', 'Origin'],
    [...sources.values()].map(({ key, image, origin }) => [
      plain(key),
      code(image.id),
      plain(image.account),
      plain(image.region),
      plain(image.name ?? ''),
      plain(image.architecture),
      origin === `${image.account}/${image.region}/${image.id}` ? 'itself' : code(origin),
    ]),
  );
}
