import * as core from '@actions/core';
import { log } from './log.ts';

/** Sets outputs of the step; of a name that was set before, the last value counts. */
export function writeOutputs(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    core.setOutput(name, value);
  }
}

/**
 * Puts Markdown into the summary of the step, in place of what the step wrote there before. Where that cannot
 * be done, the log says so, and the step goes on: a summary is no reason to fail.
 */
export async function writeSummary(markdown: string): Promise<void> {
  try {
    await core.summary.emptyBuffer().addRaw(markdown).write({ overwrite: true });
  } catch (error) {
    log.info(`The summary could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Shows annotations on the run; their titles and texts may hold anything. */
export function annotate(
  annotations: readonly {
    readonly level: 'error' | 'warning' | 'notice';
    readonly title: string;
    readonly text: string;
  }[],
): void {
  for (const { level, title, text } of annotations) {
    commands[level](text, { title });
  }
}

/** A file that cannot be written takes nothing else with it: that is a warning. */
export async function orWarn<T>(what: string, write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    const text = `The ${what} could not be written: ${error instanceof Error ? error.message : error}`;
    annotate([{ level: 'warning', title: `No ${what}`, text }]);
    return undefined;
  }
}

const commands = { error: core.error, warning: core.warning, notice: core.notice } as const;
