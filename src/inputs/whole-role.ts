import type { Fault } from '../model/fault.ts';
import type { Partition } from '../model/partition.ts';
import { fault } from './fault.ts';
import { literalAccount, parseRole } from './role.ts';

/** What is wrong with the ARN of one role, which is said in full: nothing is filled in. */
export function wholeRoleFaults(
  input: 'hub-role' | 'consumer-role',
  text: string,
  partition: Partition | undefined,
): readonly Fault[] {
  const { what, example } = words[input];
  const right = `write the whole ARN of one role, as arn:aws:iam::123456789012:role/${example}`;
  if (/[{}]/.test(text)) {
    return [fault(input, text, { problem: `holds a placeholder, and there is but one ${what}`, right })];
  }
  const { complaints } = parseRole(text);
  if (complaints.length === 0 && literalAccount(text) === undefined) {
    return [fault(input, text, { problem: 'is not the ARN of a role', right })];
  }
  const own = text.split(':')[1];
  const foreign = complaints.length === 0 && partition !== undefined && own !== partition.id;
  return [
    ...complaints.map(({ problem }) => fault(input, text, { problem, right })),
    ...(foreign
      ? [
          fault(input, text, {
            problem: `is in the partition ${own}, and the source is in ${partition.id}`,
            right: `name a role of ${partition.id}`,
          }),
        ]
      : []),
  ];
}

const words = {
  'hub-role': { what: 'hub', example: 'ami-hub' },
  'consumer-role': { what: 'consumer', example: 'ami-consumer' },
} as const;
