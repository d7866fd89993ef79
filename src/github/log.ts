import * as core from '@actions/core';

/**
 * The log of the step. Texts may hold what AWS or a user wrote: no line of them is taken for a command of the
 * runner, which reads `::name::` at the start of a line and `##[name]` anywhere.
 */
export const log = {
  info(text: string): void {
    core.info(harmless(text));
  },

  /** Lines that are folded away under a title; none when there is no line. */
  group(title: string, lines: readonly string[]): void {
    if (lines.length > 0) {
      core.startGroup(title);
      core.info(harmless(lines.join('\n')));
      core.endGroup();
    }
  },

  /**
   * An error and its causes: names, codes and stacks, seen only when the run was started with debug logging. What
   * an error says is left out, because the answers of others may repeat parts of what they were sent.
   */
  trace(error: unknown): void {
    for (let one = error; one instanceof Error; one = one.cause) {
      const frames = (one.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
      core.debug([one.name, ...frames].join('\n'));
    }
  },
} as const;

function harmless(text: string): string {
  return text.replace(/^([\s\u0085]*):(?=:)/gm, '$1\u200B:').replace(/##(?=\[)/g, '##\u200B');
}
