import type * as v from 'valibot';
import type { Fault } from '../model/fault.ts';
import type { TextFile } from '../model/text-file.ts';
import type { InputName } from './contract.ts';
import { type DocumentFault, readDocument } from './document.ts';
import { type Complaint, fault } from './fault.ts';
import type { Given } from './given.ts';
import type { Locate, Position } from './locate.ts';
import { type Read, read, refused, unread } from './read.ts';
import type { FaultThere } from './said.ts';

/** Reads a file of the workspace. */
export type ReadFile = (path: string) => TextFile;

/** What an input expects in the file that it names. */
export interface FileForm<S extends v.GenericSchema> {
  readonly input: InputName;
  readonly schema: S;
  readonly format: 'YAML' | 'JSON';
  /** What would be right where nothing better can be said. */
  readonly right: string;
  /** The same where there is no such file. */
  readonly missing?: string;
}

export interface InputFile<T> {
  readonly value: T;
  /** Faults of what stands at a path of keys. */
  readonly faultAt: (keys: readonly (string | number)[], part?: 'key' | 'value') => FaultThere;
}

/** Thousands of targets; reading much more takes minutes. */
const mostYaml = 300_000;

/** The file that an input names, undefined for `none`; whatever in it does not fit is a fault of that input. */
export function readInputFile<S extends v.GenericSchema>(
  form: FileForm<S>,
  given: Given,
  readFile: ReadFile,
): Read<{ readonly file: InputFile<v.InferOutput<S>> | undefined }> {
  const path = given(form.input);
  if (path === undefined) {
    return unread;
  }
  if (path === 'none') {
    return read({ file: undefined });
  }
  const { value, faults } = openFile(form, path, readFile);
  return value === undefined ? { ...unread, faults } : read({ file: value }, faults);
}

/** The file at a path; whatever in it does not fit is a fault of the input that names it. */
export function openFile<S extends v.GenericSchema>(
  { input, schema, format, right, missing }: FileForm<S>,
  path: string,
  readFile: ReadFile,
): Read<InputFile<v.InferOutput<S>>> {
  const found = readFile(path);
  if ('problem' in found) {
    const named = `write the path of a file${input === 'source' ? '' : ', or none'}`;
    const advice = found.isMissing === true ? (missing ?? named) : named;
    return refused(fault(input, path, { problem: found.problem, right: advice }));
  }
  if (format === 'YAML' && found.text.length > mostYaml) {
    const problem = `has ${found.text.length} characters, and at most ${mostYaml} are read`;
    return refused(fault(input, path, { problem, right }));
  }
  if (found.text.trim() === '') {
    return refused(fault(input, path, { problem: 'is an empty file', right }));
  }
  const reading = readDocument(found.text, schema, format);
  if (!reading.ok) {
    return refused(...reading.faults.map((one) => misfit(path, one)));
  }
  return read({ value: reading.value, faultAt: faultsOf(path, reading.locate) });

  function misfit(file: string, one: DocumentFault): Fault {
    return fault(input, placed(file, one, one.path), complaintOf(one, right));
  }

  function faultsOf(file: string, locate: Locate): InputFile<unknown>['faultAt'] {
    return (keys, part) => (value, complaint) => {
      const place = placed(file, locate(keys, part), keys.join('.'));
      return fault(input, value === '' ? place : `${place}: ${value}`, complaint);
    };
  }
}

/** A place in a file as messages show it: `targets.yml:4:16 accounts.prod.kms-key`. */
function placed(file: string, { line, column }: Position, path: string): string {
  return `${file}:${line}:${column} ${path}`.trim();
}

/** A message of a document says after a semicolon what would be right, where it knows that. */
function complaintOf({ reason }: DocumentFault, right: string): Complaint {
  const [problem = reason, advice = right] = reason.split(/; (.*)/s);
  return { problem, right: advice };
}
