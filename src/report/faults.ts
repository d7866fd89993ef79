import { type Fault, sentenceOf } from '../model/fault.ts';
import { type Annotation, atMostTen } from './annotations.ts';
import { code, plain, table, within } from './markdown.ts';
import { cut, cutVisible, plural } from './text.ts';

/** The summary of a step that ended before any call because of its inputs: every fault, in the order given. */
export function faultsSummary(faults: readonly Fault[]): string {
  return [
    `## Promote AMI: ❌ ${plural(faults.length, 'fault')} in the inputs`,
    '',
    'Nothing was asked of AWS and nothing was written.',
    '',
    ...within(
      faultTable(faults),
      900_000,
      (left) => `\n<i>${plural(left, 'more fault')} did not fit here.</i>`,
    ),
    '',
  ].join('\n');
}

/** The faults as a table, a line each, heading and rule first. */
export function faultTable(faults: readonly Fault[]): readonly string[] {
  return table(
    ['Input', 'Value', 'What is wrong', 'What would be right'],
    faults.map((fault) => [
      code(fault.input),
      fault.value === '' ? '<i>empty</i>' : code(cut(fault.value, 200)),
      plain(cut(fault.problem, 2_000)),
      plain(cut(fault.right, 2_000)),
    ]),
  );
}

/** Annotations of the same faults: at most ten, the last of which says how many more there are. */
export function faultAnnotations(faults: readonly Fault[]): readonly Annotation[] {
  return atMostTen(faults.map(annotationOfFault));
}

/** A fault as an annotation. */
export function annotationOfFault(fault: Fault): Annotation {
  return {
    level: 'error',
    title: cutVisible(`Input ${fault.input}`, 200),
    text: cutVisible(sentenceOf({ ...fault, value: cut(fault.value, 200) }), 4_000),
  };
}
