import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseKeyValues } from './key-values.ts';

/** The paths of a step's command files, by the variable that names each. */
export type CommandFiles = Readonly<Record<FileVariable, string>>;
type FileVariable = 'GITHUB_OUTPUT' | 'GITHUB_STATE' | 'GITHUB_ENV' | 'GITHUB_PATH' | 'GITHUB_STEP_SUMMARY';

/** What a step left in its command files. */
export interface FileResults {
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** Variables and search paths for later steps: an action that behaves leaves both empty. */
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  /** Markdown; empty if it was too large. */
  readonly summary: string;
  /** What fails the step. */
  readonly faults: readonly string[];
  /** What the runner reports as an error without failing the step. */
  readonly errors: readonly string[];
}

const SUMMARY_BYTES = 1024 * 1024;
const OUTPUT_BYTES = 1024 * 1024;

/** Makes a step's command files, all empty, in a folder that is made for them. */
export async function makeCommandFiles(folder: string, step: string): Promise<CommandFiles> {
  await mkdir(folder, { recursive: true });
  const path = (name: string): string => join(folder, `${name}_${step}`);
  const files: CommandFiles = {
    GITHUB_OUTPUT: path('set_output'),
    GITHUB_STATE: path('save_state'),
    GITHUB_ENV: path('set_env'),
    GITHUB_PATH: path('add_path'),
    GITHUB_STEP_SUMMARY: path('step_summary'),
  };
  await Promise.all(Object.values(files).map((file) => writeFile(file, '', { flag: 'wx' })));
  return files;
}

/**
 * Reads a step's command files once it has ended, however it ended. A malformed file, outputs above 1 MiB in UTF-16
 * (GitHub's limit for a job) are faults; a summary above 1 MiB is dropped whole with an error.
 */
export async function readCommandFiles(files: CommandFiles): Promise<FileResults> {
  const faults: string[] = [];
  async function keyValues(variable: FileVariable): Promise<Readonly<Record<string, string>>> {
    const { values, fault } = parseKeyValues(await readFile(files[variable], 'utf8'));
    if (fault !== undefined) {
      faults.push(`Unable to process file command '${variable}' successfully. ${fault}`);
    }
    return values;
  }
  const outputs = await keyValues('GITHUB_OUTPUT');
  const state = await keyValues('GITHUB_STATE');
  const env = await keyValues('GITHUB_ENV');
  const path = (await readFile(files.GITHUB_PATH, 'utf8')).split(/\r?\n/).filter((line) => line !== '');
  const summary = await readFile(files.GITHUB_STEP_SUMMARY);
  const outputBytes = 2 * Object.values(outputs).reduce((sum, value) => sum + value.length, 0);
  if (outputBytes > OUTPUT_BYTES) {
    faults.push(
      `The outputs have ${outputBytes} bytes in UTF-16, above the limit of ${OUTPUT_BYTES} for a job`,
    );
  }
  const size = `got ${Math.ceil(summary.length / 1024)}k`;
  const tooLarge = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, ${size}`;
  const fits = summary.length <= SUMMARY_BYTES;
  return {
    outputs,
    state,
    env,
    path,
    summary: fits ? summary.toString('utf8') : '',
    faults,
    errors: fits ? [] : [tooLarge],
  };
}
