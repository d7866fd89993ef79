import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter } from 'yaml';

/** A place in a document; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where the value at a path begins, or its key; of a path that does not exist, where the deepest part does that exists. */
export type Locate = (keys: readonly unknown[], part?: 'key' | 'value') => Position;

/** Tells where the parts of a document stand. */
export function locator(document: Document.Parsed, lines: LineCounter): Locate {
  return (keys, part = 'value') => positionAt(lines, offsetsOf(document, keys)[part]);
}

/** The line and the column of an offset. */
export function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
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

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
