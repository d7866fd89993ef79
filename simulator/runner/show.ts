import { styleText } from 'node:util';
import type { LogLine } from './log.ts';
import { renderMarkdown } from './markdown.ts';
import type { StepResult } from './step.ts';

export interface ShowOptions {
  /** Colours: only where standard output is a terminal, unless said otherwise. */
  readonly colour?: boolean;
  /** Debug lines too, as with RUNNER_DEBUG. */
  readonly debug?: boolean;
}

/**
 * The log of a step as a workflow shows it, for a terminal: groups opened and their lines set in, annotations marked
 * and titled. Ends with a newline unless it is empty.
 */
export function showLog(result: Pick<StepResult, 'lines'>, options: ShowOptions = {}): string {
  const shown: string[] = [];
  const writer = logWriter((text) => shown.push(`${text}\n`), options);
  for (const line of result.lines) {
    writer(line);
  }
  return shown.join('');
}

/** Renders lines one by one as they come (for `onLine`): a group lasts until it is closed or the next one opens. */
export function logWriter(write: (text: string) => void, options: ShowOptions = {}): (line: LogLine) => void {
  const paint = painter(options);
  let inside = false;
  return (line) => {
    switch (line.kind) {
      case 'group':
        inside = true;
        write(paint('bold', `▼ ${line.text}`));
        return;
      case 'endgroup':
        inside = false;
        return;
      case 'debug':
        if (options.debug) {
          write(paint('gray', indent(`debug: ${line.text}`, inside)));
        }
        return;
      case 'info':
        write(indent(line.text, inside));
        return;
      default: {
        const title = line.title === undefined ? '' : `${line.title}: `;
        write(paint(COLOURS[line.kind], indent(`${MARKS[line.kind]} ${title}${line.text}`, inside)));
      }
    }
  };
}

/** A step's summary as readable text, for a terminal. Ends with a newline unless it is empty. */
export function showSummary(markdown: string, options: ShowOptions = {}): string {
  return renderMarkdown(markdown, painter(options));
}

const MARKS = { error: 'Error:', warning: 'Warning:', notice: 'Notice:' } as const;
const COLOURS = { error: 'red', warning: 'yellow', notice: 'blue' } as const;

type Colour = 'bold' | 'gray' | 'red' | 'yellow' | 'blue';
type Painter = (colour: Colour, text: string) => string;

function painter(options: ShowOptions): Painter {
  const colour = options.colour ?? process.stdout.isTTY === true;
  return (name, text) => (colour ? styleText(name, text, { validateStream: false }) : text);
}

function indent(text: string, inside: boolean): string {
  return inside ? text.replace(/^/gm, '  ') : text;
}
