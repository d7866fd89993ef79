import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { openedLines } from './opened.ts';
import { rollbackLines } from './rollback.ts';

/**
 * What a step left, as lines for the log: what could not be undone and what is still open, with all commands; of a step
 * that was cut off only what is not left to its post phase.
 */
export function leftLines(
  { rollback, opened }: Pick<Result, 'rollback' | 'opened'>,
  promotion: Promotion,
  isCut = false,
): readonly string[] {
  return [
    ...(rollback === undefined ? [] : rollbackLines(rollback, promotion)),
    ...openedLines(opened, promotion, isCut),
  ];
}
