import * as core from '@actions/core';

/**
 * The log of the step. Texts may hold what AWS or a user wrote: no line of them is taken for a command of the
 * runner, which reads `::name::` at the start of a line and `##[name]` anywhere.
 */
export const log = {
  info(text: string): void {
    core.info(harmless(text));
  },

  /** Seen only when the run was started with debug logging. */
  debug(text: string): void {
    core.debug(text);
  },
} as const;

function harmless(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1\u200B:').replace(/##(?=\[)/g, '##\u200B');
}
