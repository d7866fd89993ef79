import { isMap, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { Complaint } from './fault.ts';

/** A YAML map of texts, in order, and what is wrong with which of its entries. */
export interface TextMap {
  readonly entries: readonly (readonly [string, string])[];
  readonly complaints: readonly (Complaint & { readonly entry: string })[];
}

/**
 * The texts of a YAML map, undefined when the document is no map. Keys and values must be texts as YAML 1.2 reads
 * them: a number or a boolean without quotes may already have lost how it was written (`1.10`, `012`).
 */
export function readTextMap(text: string): TextMap | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const { contents } = document;
  if (!isMap(contents)) {
    return undefined;
  }
  if (document.errors.length > 0) {
    const complaints = document.errors.slice(0, 1).map((error) => ({
      entry: lineAt(text, lines.linePos(error.pos[0]).line),
      problem: `cannot be read as YAML (${error.message.trim().replace(/\s+/g, ' ')})`,
      right: 'write every tag as key=value, or all of them as a YAML map with quoted values',
    }));
    return { entries: [], complaints };
  }
  const pairs = contents.items.map(({ key, value }) => ({
    entry: lineAt(text, lines.linePos(key.range[0]).line),
    key: scalarOf(key),
    value: scalarOf(value),
  }));
  return {
    entries: pairs.flatMap(({ key, value }) =>
      typeof key.is === 'string' && typeof value.is === 'string' ? [[key.is, value.is]] : [],
    ),
    complaints: pairs.flatMap(({ entry, key, value }) => [
      ...complaintsOf(entry, 'key', key),
      ...complaintsOf(entry, 'value', value),
    ]),
  };
}

interface Scalar {
  /** What YAML made of it; undefined for a list, a map or an alias. */
  readonly is: unknown;
  readonly written: string;
}

function scalarOf(node: ParsedNode | null): Scalar {
  if (node === null) {
    return { is: null, written: '' };
  }
  return isScalar(node) ? { is: node.value, written: node.source ?? '' } : { is: undefined, written: '' };
}

function complaintsOf(entry: string, role: string, { is, written }: Scalar): TextMap['complaints'] {
  if (typeof is === 'string') {
    return [];
  }
  if (is === null) {
    return [{ entry, problem: `has no ${role}`, right: 'write "" in its place for an empty one' }];
  }
  return typeof is === 'number' || typeof is === 'boolean' || typeof is === 'bigint'
    ? [
        {
          entry,
          problem: `has a ${role} that YAML reads as a ${typeof is === 'boolean' ? 'boolean' : 'number'}`,
          right: `put quotes around it, "${written}"`,
        },
      ]
    : [{ entry, problem: `has a ${role} that is not a text`, right: 'write one text, in quotes' }];
}

function lineAt(text: string, line: number): string {
  return (text.split('\n')[line - 1] ?? '').trim();
}
