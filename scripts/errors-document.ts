import { denialIn } from '../src/aws/error-denial.ts';
import { type Attempted, type ErrorRow, inWords } from '../src/aws/error-row.ts';
import { errorTable } from '../src/aws/error-table.ts';

const attempted: Attempted = {
  action: 'ACTION',
  where: 'ACCOUNT/REGION',
  role: 'ROLE',
  hub: 'HUB_ROLE',
  externalId: true,
};

/** The table of codes for users, as docs/errors.md has it, by code. */
export function codeTable(): string {
  const rows = errorTable
    .flatMap((row) => row.codes.map((code) => ({ code, line: lineOf(code, row) })))
    .toSorted((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
  return [
    '| code | at | class | what it means | what to do |',
    '|---|---|---|---|---|',
    ...rows.map(({ line }) => line),
  ].join('\n');
}

function lineOf(code: string, row: ErrorRow): string {
  const at = row.actions?.map((action) => `\`${action}\``).join(' ') ?? 'any call';
  const meaning = inWords(row.meaning, attempted);
  const cure = inWords(row.cure, attempted);
  const paste = row.paste === undefined ? '' : ' ⧉';
  return `| \`${code}\` | ${at} | ${row.kind} | ${meaning} | ${cure}${paste} |`;
}

/** The table of the policies that a denial may quote. */
export function policyTable(): string {
  const said = [
    'because no service control policy allows',
    'with an explicit deny in a service control policy',
    'with an explicit deny in a resource control policy',
    'because no permissions boundary allows',
    'with an explicit deny in a permissions boundary',
    'because no session policy allows',
    'because no VPC endpoint policy allows',
    'because no resource-based policy allows',
    'with an explicit deny in an identity-based policy',
  ];
  return [
    '| AWS says | what it means | what to do |',
    '|---|---|---|',
    ...said.map((text) => {
      const { meaning, cure, paste } = denialIn(text, { ...attempted, role: 'arn:ROLE' }) ?? {
        meaning: '',
        cure: '',
      };
      const words = [meaning, `${cure}${paste === undefined ? '' : ' ⧉'}`].map((cell) =>
        cell.replaceAll('arn:ROLE', 'ROLE'),
      );
      return `| … ${text} … | ${words.join(' | ')} |`;
    }),
  ].join('\n');
}
