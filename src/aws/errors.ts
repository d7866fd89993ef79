import { Failed, type Failure, interrupted } from '../model/failure.ts';
import { denialIn, denierIn } from './error-denial.ts';
import { type Attempted, type ErrorRow, inWords } from './error-row.ts';
import { errorTable, noConnection, rowOf } from './error-table.ts';

/**
 * Turns what the SDK raised into a failure. Decided on codes, never on texts; an unknown code is passed on whole.
 * Undefined for what is neither an answer of AWS nor trouble with the connection: that is a defect of ours.
 */
export function failureOf(error: unknown, attempted: Attempted): Failure | undefined {
  if (error instanceof Failed) {
    return error.failure;
  }
  const { code, message, requestId, status } = read(error);
  if (code === 'AbortError') {
    return interrupted;
  }
  const row = rowOf(code, attempted.action) ?? (status === undefined ? withoutAnswer(code) : unknown(status));
  if (row === undefined) {
    return undefined;
  }
  const said = row.quiet === true ? '' : readable(message);
  const { meaning, cure, paste } = (row.denial && denialIn(said, attempted)) ?? {
    meaning: inWords(row.meaning, attempted),
    cure: inWords(row.cure, attempted),
    paste: row.paste?.(attempted, said),
  };
  return {
    where: attempted.where,
    action: attempted.action,
    code,
    requestId,
    kind: row.kind,
    meaning: said === '' ? meaning : `${meaning} AWS says: ${said}`,
    cure,
    paste,
    deniedBy: row.denial ? denierIn(said) : undefined,
  };
}

/**
 * As a sentence, without the encoded part of a denial that only AWS can read, and without anything that looks
 * like a token: nothing that long is meant for people.
 */
function readable(message: string): string {
  const [text = ''] = message.split(/\s*Encoded authorization failure message/);
  const shown = text.trim().replace(/[\w+/=.%-]{100,}/g, '…');
  return shown === '' || /[.!?]$/.test(shown) ? shown : `${shown}.`;
}

/** No answer at all, and a code of the operating system or of TLS: the connection. Anything else is a defect. */
function withoutAnswer(code: string): ErrorRow | undefined {
  return /^(E(?!RR_)[A-Z_]+|HPE_\w+|ERR_(TLS|SSL)_\w+|(CERT|UNABLE|DEPTH|SELF)_\w+)$/.test(code)
    ? noConnection
    : undefined;
}

function unknown(status: number): ErrorRow {
  return {
    codes: [],
    kind: status >= 500 ? 'transient' : status === 429 ? 'throttle' : 'permanent',
    meaning: 'AWS refused this with a code that is not known here.',
    cure: 'Look the code up in the AWS documentation; AWS Support finds the call by its request id.',
  };
}

/**
 * EC2 puts its code into `name`. STS models some errors under names that end in Exception while the wire
 * says the code without it; connection trouble has a system code and no answer at all. What the SDK cannot
 * even read raises a plain error that carries the status.
 */
function read(error: unknown): {
  code: string;
  message: string;
  requestId: string | undefined;
  status: number | undefined;
} {
  const facts = Object(error) as {
    name?: string;
    Code?: string;
    code?: string;
    message?: string;
    $metadata?: { requestId?: string; httpStatusCode?: number };
  };
  const answered = facts.$metadata?.httpStatusCode !== undefined;
  const unreadable = answered && ['Error', 'SyntaxError'].includes(facts.name ?? '');
  const name = unreadable ? 'UnreadableAnswer' : (facts.Code ?? facts.name ?? 'Unknown');
  const code = !answered && facts.code !== undefined ? facts.code : name;
  const short = code.replace(/Exception$/, '');
  return {
    code: !isKnown(code) && isKnown(short) ? short : code,
    message: answered && !unreadable ? (facts.message ?? '') : '',
    requestId: facts.$metadata?.requestId,
    status: facts.$metadata?.httpStatusCode,
  };
}

function isKnown(code: string): boolean {
  return errorTable.some(({ codes }) => codes.includes(code));
}
