import { type Command, parseCommand } from './commands.ts';
import type { Masker } from './masks.ts';

/** A line as the workflow's log shows it, with masked values replaced; `text` may hold several lines. */
export interface LogLine {
  readonly kind: 'info' | 'debug' | 'notice' | 'warning' | 'error' | 'group' | 'endgroup';
  readonly text: string;
  readonly title?: string;
}

/** Collects the log of one step, line by line. */
export interface LogReader {
  readonly lines: readonly LogLine[];
  /** What the step did that the runner refuses and fails it for. */
  readonly faults: readonly string[];
  /** A line that the step printed. */
  read(line: string): void;
  /** A line of the runner's own. */
  add(kind: LogLine['kind'], text: string): void;
}

const ANNOTATIONS = ['debug', 'notice', 'warning', 'error', 'group', 'endgroup'] as const;
const DISABLED = ['set-env', 'add-path', 'set-output', 'save-state'];

/**
 * Reads a step's output as the runner does: workflow commands become annotations, groups and masks, all else is
 * text. A mask holds from its line on. The commands that GitHub has disabled, or deprecated in favour of files, are
 * faults; between `::stop-commands::token` and `::token::` nothing is a command.
 */
export function readLog(masks: Masker, onLine?: (line: LogLine) => void): LogReader {
  const lines: LogLine[] = [];
  const faults: string[] = [];
  let stopped: string | undefined;

  function push(line: LogLine): void {
    lines.push(line);
    onLine?.(line);
  }

  function add(kind: LogLine['kind'], text: string, title?: string): void {
    const shown = { kind, text: masks.apply(text) };
    push(title === undefined ? shown : { ...shown, title: masks.apply(title) });
  }

  function obey(command: Command, line: string): void {
    const kind = ANNOTATIONS.find((name) => name === command.name);
    if (kind !== undefined) {
      add(kind, command.data, command.properties.get('title'));
    } else if (command.name === 'add-mask') {
      obeyMask(command.data);
    } else if (command.name === 'stop-commands') {
      stopped = command.data;
    } else if (DISABLED.includes(command.name)) {
      faults.push(`The \`${command.name}\` command is disabled or deprecated: write to the environment file`);
    } else if (
      command.name !== 'echo' &&
      command.name !== 'add-matcher' &&
      command.name !== 'remove-matcher'
    ) {
      add('info', line);
    }
  }

  function obeyMask(value: string): void {
    if (value.trim() === '') {
      add('warning', "Can't add secret mask for empty string in ##[add-mask] command.");
    } else {
      masks.add(value);
    }
  }

  return {
    lines,
    faults,
    add,
    read: (line) => {
      const command = parseCommand(line);
      if (stopped !== undefined) {
        if (command?.name === stopped) {
          stopped = undefined;
        } else {
          add('info', line);
        }
      } else if (command === undefined) {
        add('info', line);
      } else {
        obey(command, line);
      }
    },
  };
}
