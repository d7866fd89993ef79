import * as v from 'valibot';
import {
  type Document,
  isScalar,
  LineCounter,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
} from 'yaml';
import { type Locate, locator, type Position, positionAt } from './locate.ts';

/** What is wrong in a document: where, and what would be right. */
export interface DocumentFault extends Position {
  readonly path: string;
  readonly reason: string;
}

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly DocumentFault[] };

/** A reading that also tells where each value stands: `part` is its key instead, where it has one. */
export type LocatedReading<T> =
  | Extract<Reading<T>, { readonly ok: false }>
  | (Extract<Reading<T>, { readonly ok: true }> & { readonly locate: Locate });

/**
 * Reads a YAML document into the type that a schema promises, or says every place where it does not fit. It is YAML 1.2
 * core: `012` stays what was written only when quoted, so ids are best quoted, and a key that stands twice is a fault.
 * A byte order mark counts for nothing. JSON is read as the YAML that it is, but where it is large: that is read without
 * the places of its values. Of many faults the first are told.
 */
export function readDocument<S extends v.GenericSchema>(
  text: string,
  schema: S,
  format: 'YAML' | 'JSON' = 'YAML',
): LocatedReading<v.InferOutput<S>> {
  const lines = new LineCounter();
  const plainText = text.replace(/^\uFEFF/, '');
  if (format === 'JSON' && plainText.length > mostLocated) {
    return readLarge(plainText, schema);
  }
  const document = parseDocument(plainText, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'error',
  });
  const locate = locator(document, lines);
  const [first, ...others] = document.errors;
  if (first !== undefined) {
    return format === 'JSON'
      ? refusedAt(first.pos[0], noJson(first, plainText))
      : { ok: false, faults: [first, ...others].map((error) => faultAt(error.pos[0], noYaml(error))) };
  }
  if (document.directives.yaml.explicit === true) {
    return refusedAt(0, 'begins with a %YAML directive; leave it out, because YAML 1.2 is what is read here');
  }
  const noText = firstKey(document, isNoText);
  if (noText !== undefined) {
    return refusedAt(noText, 'has a key that YAML does not read as a text; put quotes around it');
  }
  const merge = firstKey(document, isMerge);
  if (merge !== undefined) {
    return refusedAt(
      merge,
      'merges a map with <<, which is not supported here; write the fields out, or use an alias in place of a whole value',
    );
  }
  const plain = resolved(document);
  if (!plain.ok) {
    return refusedAt(0, `cannot be read (${plain.reason})`);
  }
  const result = v.safeParse(schema, plain.value);
  if (result.success) {
    return { ok: true, value: result.output, locate };
  }
  return { ok: false, faults: faultsIn(result.issues, locate) };

  function faultAt(offset: number, reason: string): DocumentFault {
    return { ...positionAt(lines, offset), path: '', reason };
  }

  function refusedAt(offset: number, reason: string): Extract<Reading<never>, { readonly ok: false }> {
    return { ok: false, faults: [faultAt(offset, reason)] };
  }
}

/** Characters. Of more than these, knowing where each value stands takes longer than anybody waits. */
const mostLocated = 300_000;
const mostFaults = 100;

function readLarge<S extends v.GenericSchema>(text: string, schema: S): LocatedReading<v.InferOutput<S>> {
  const locate: Locate = () => ({ line: 1, column: 1 });
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success
      ? { ok: true, value: result.output, locate }
      : { ok: false, faults: faultsIn(result.issues, locate) };
  } catch (error) {
    if (error instanceof SyntaxError) {
      return { ok: false, faults: [{ ...locate([]), path: '', reason: 'is not JSON' }] };
    }
    throw error;
  }
}

function faultsIn(issues: readonly v.BaseIssue<unknown>[], locate: Locate): readonly DocumentFault[] {
  return issues.slice(0, mostFaults).map((issue) => {
    const keys = (issue.path ?? []).map((item) => item.key);
    const part = issue.expected === 'never' ? 'key' : 'value';
    return { ...locate(keys, part), path: keys.join('.'), reason: reasonOf(issue) };
  });
}

function noYaml({ code, message }: YAMLError): string {
  return code === 'MULTIPLE_DOCS'
    ? 'holds more than one document'
    : `cannot be read (${message.trim().replace(/\s+/g, ' ')})`;
}

function noJson({ pos: [start] }: YAMLError, text: string): string {
  return `is not JSON: ${start >= text.trimEnd().length ? 'it breaks off here' : 'this may not stand here'}`;
}

/** Where the first key stands of which something is true. */
function firstKey(document: Document.Parsed, test: (key: Scalar) => boolean): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && test(key)) {
        offset = key.range?.[0];
        return visit.BREAK;
      }
      return undefined;
    },
  });
  return offset;
}

/** YAML 1.2 knows no merging, and would read its key as the name of a field. */
function isMerge({ type, value }: Scalar): boolean {
  return type === 'PLAIN' && value === '<<';
}

/** Such a key may have lost how it was written, and hide another. */
function isNoText({ value }: Scalar): boolean {
  return typeof value !== 'string';
}

/** Unknown and missing fields, and what is no map at all, in words of ours; all else as the schema says it. */
function reasonOf({ type, expected, received, message }: v.BaseIssue<unknown>): string {
  if (!/^(?:strict_|loose_)?object$/.test(type)) {
    return message;
  }
  if (expected === 'Object') {
    return received === 'null' ? 'is empty' : 'is not a map';
  }
  return expected === 'never' ? 'is not a field here' : 'is missing';
}

/** An alias that leads nowhere, or to more than a document may hold, is found only now. */
function resolved(document: Document.Parsed): { ok: true; value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: document.toJS() };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
