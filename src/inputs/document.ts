import * as v from 'valibot';
import { type Document, LineCounter, type ParsedNode, parseDocument } from 'yaml';

/** What is wrong in a YAML document: where (line and column from 1), and what would be right. */
export interface DocumentFault {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly reason: string;
}

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly DocumentFault[] };

/**
 * Reads a YAML document into the type that a schema promises, or says every place where it does not fit.
 * YAML 1.2 core: `012` stays what was written only when quoted, so ids are best quoted; duplicate keys are faults.
 */
export function readDocument<S extends v.GenericSchema>(text: string, schema: S): Reading<v.InferOutput<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    return { ok: false, faults: document.errors.map((e) => at(lines, e.pos[0], '', e.message)) };
  }
  const plain = resolved(document);
  if (!plain.ok) {
    return { ok: false, faults: [at(lines, 0, '', plain.reason)] };
  }
  const result = v.safeParse(schema, plain.value);
  if (result.success) {
    return { ok: true, value: result.output };
  }
  const faults = result.issues.map((issue) => {
    const keys = (issue.path ?? []).map((item) => item.key);
    return at(lines, offsetOf(document.contents, keys), keys.join('.'), reasonOf(issue));
  });
  return { ok: false, faults };

  /** The offset of the deepest node on the path that exists: a missing key is reported where its map begins. */
  function offsetOf(contents: ParsedNode | null, keys: readonly unknown[]): number {
    for (let length = keys.length; length > 0; length--) {
      const node = document.getIn(keys.slice(0, length), true);
      if (hasRange(node)) {
        return node.range[0];
      }
    }
    return contents?.range[0] ?? 0;
  }
}

/** Unknown and missing fields in words of ours; all else as the schema says it. */
function reasonOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type !== 'strict_object') {
    return issue.message;
  }
  return issue.expected === 'never' ? 'is not a field here' : 'is missing';
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

function at(lines: LineCounter, offset: number, path: string, reason: string): DocumentFault {
  const { line, col } = lines.linePos(offset);
  return { line, column: col, path, reason };
}
