import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parsePolicy } from './iam/evaluate.ts';
import type { PolicySource } from './iam/policy.ts';
import type { PolicyEntry } from './world-schema-values.ts';

/** Placeholders by name, and what stands for each. */
export type Values = Readonly<Record<string, string>>;

/**
 * Reads a policy: a JSON file (its decisions are recorded under the file's name) or the document itself, recorded
 * under `label`. Placeholders are replaced by their values; one that is left, or a document that IAM would not
 * take, is an Error with the reason.
 */
export function loadPolicy(
  directory: string,
  label: string,
  entry: PolicyEntry,
  values: Values,
): PolicySource {
  if (hasValues(entry)) {
    return loadPolicy(directory, label, entry.file, { ...values, ...entry.values });
  }
  const name = typeof entry === 'string' ? basename(entry) : label;
  const text = typeof entry === 'string' ? read(directory, entry) : JSON.stringify(entry);
  const filled = Object.entries(values).reduce(
    (done, [token, value]) => done.replace(new RegExp(`\\b${token}\\b`, 'g'), () => jsonEscaped(value)),
    text,
  );
  const left = leftover(filled, values);
  if (left !== undefined) {
    throw new Error(`policy ${name}: the placeholder ${left} is left without a value`);
  }
  return parsePolicy(name, parse(name, filled));
}

function hasValues(entry: PolicyEntry): entry is { file: string; values: Record<string, string> } {
  return typeof entry === 'object' && 'file' in entry && 'values' in entry;
}

const placeholder = /\b([A-Z]+(_[A-Z]+)*_(ID|NAME|ARN|REGION)|PARTITION|ENVIRONMENT)\b/;

function leftover(text: string, values: Values): string | undefined {
  return Object.keys(values).find((token) => text.includes(token)) ?? placeholder.exec(text)?.[0];
}

function read(directory: string, file: string): string {
  try {
    return readFileSync(resolve(directory, file), 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read the policy ${file}: ${reason}`);
  }
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`policy ${name} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function jsonEscaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
