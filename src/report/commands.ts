import type { Promotion } from '../model/promotion.ts';
import { accountsOf, accountWords } from './accounts.ts';
import { codeBlock, plain } from './markdown.ts';
import { oneLine } from './text.ts';

/** Commands of the AWS CLI, and the account where they are to be run. */
export interface Commands {
  readonly account: string;
  readonly commands: readonly string[];
}

/** What is to be done by hand as Markdown, those of an account together; no block is so large that it fits nowhere. */
export function commandBlocks(
  some: readonly Commands[],
  promotion: Promotion,
  lead: string,
): readonly string[] {
  return byAccount(some).flatMap(({ account, commands }) =>
    portionsOf(commands).map((portion) =>
      [
        `${plain(lead)}, in account ${plain(wordsOf(account, promotion))}:`,
        '',
        codeBlock(portion.join('\n'), 'sh'),
        '',
      ].join('\n'),
    ),
  );
}

/** The same for the log, all of it. */
export function commandLines(
  some: readonly Commands[],
  promotion: Promotion,
  lead: string,
): readonly string[] {
  return byAccount(some).flatMap(({ account, commands }) => [
    `  ${oneLine(`${lead}, in account ${wordsOf(account, promotion)}:`)}`,
    ...commands.map((command) => `    ${oneLine(command)}`),
  ]);
}

function byAccount(some: readonly Commands[]): readonly Commands[] {
  return [...Map.groupBy(some, ({ account }) => account)]
    .map(([account, group]) => ({ account, commands: group.flatMap(({ commands }) => commands) }))
    .filter(({ commands }) => commands.length > 0);
}

function wordsOf(account: string, promotion: Promotion): string {
  return accountWords(account, accountsOf(promotion)) ?? account;
}

const mostCharacters = 10_000;

function portionsOf(commands: readonly string[]): readonly (readonly string[])[] {
  const portions: string[][] = [];
  let room = 0;
  for (const command of commands) {
    room -= command.length;
    const portion = portions.at(-1);
    if (portion === undefined || room < 0) {
      portions.push([command]);
      room = mostCharacters - command.length;
    } else {
      portion.push(command);
    }
  }
  return portions;
}
