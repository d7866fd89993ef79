import * as v from 'valibot';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** A place in a document; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong in a YAML document: where, and what would be right. */
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

/** Where the value at a path begins; of a path that does not exist, where the deepest part does that exists. */
export type Locate = (keys: readonly unknown[], part?: 'key' | 'value') => Position;

/**
 * Reads a YAML document into the type that a schema promises, or says every place where it does not fit.
 * A byte order mark counts for nothing. YAML 1.2 core: `012` stays what was written only when quoted, so ids are best quoted; duplicate keys are faults.
 */
export function readDocument<S extends v.GenericSchema>(
  text: string,
  schema: S,
): LocatedReading<v.InferOutput<S>> {
  const lines = new LineCounter();
  const plainText = text.replace(/^\uFEFF/, '');
  const document = parseDocument(plainText, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'error',
  });
  const locate: Locate = (keys, part = 'value') => at(lines, offsetsOf(document, keys)[part]);
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({
      ...at(lines, error.pos[0]),
      path: '',
      reason: error.code === 'MULTIPLE_DOCS' ? 'holds more than one document' : error.message,
    }));
    return { ok: false, faults };
  }
  const plain = resolved(document);
  if (!plain.ok) {
    return { ok: false, faults: [{ ...at(lines, 0), path: '', reason: plain.reason }] };
  }
  const result = v.safeParse(schema, plain.value);
  if (result.success) {
    return { ok: true, value: result.output, locate };
  }
  const faults = result.issues.map((issue) => {
    const keys = (issue.path ?? []).map((item) => item.key);
    return { ...locate(keys), path: keys.join('.'), reason: reasonOf(issue) };
  });
  return { ok: false, faults };
}

interface Offsets {
  readonly key: number;
  readonly value: number;
}

function offsetsOf(document: Document.Parsed, keys: readonly unknown[]): Offsets {
  let node: unknown = document.contents;
  let offsets: Offsets = { key: startOf(node) ?? 0, value: startOf(node) ?? 0 };
  for (const key of keys) {
    const child = childOf(isAlias(node) ? node.resolve(document) : node, key);
    const start = startOf(child?.value) ?? startOf(child?.key);
    if (child === undefined || start === undefined) {
      break;
    }
    node = child.value;
    offsets = { key: startOf(child.key) ?? start, value: start };
  }
  return offsets;
}

/** What a map or a list holds under a key, which the reading made a text, or under an index. */
function childOf(
  node: unknown,
  key: unknown,
): { readonly key: unknown; readonly value: unknown } | undefined {
  if (isMap(node)) {
    return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value ?? '') === key);
  }
  const item: unknown = isSeq(node) && typeof key === 'number' ? node.items[key] : undefined;
  return item === undefined ? undefined : { key: undefined, value: item };
}

function startOf(node: unknown): number | undefined {
  return hasRange(node) ? node.range[0] : undefined;
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

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function at(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
