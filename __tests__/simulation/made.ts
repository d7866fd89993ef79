import type { CallRecord } from '../../simulator/record.ts';
import type { Told } from './step.ts';

/** What another process takes away while this one looks cannot be known: such outcomes are not judged. */
export function wasTouchedByOthers(imageId: string, { run }: Told, made: readonly Made[]): boolean {
  const first = made.findIndex(({ process }) => process === run.process);
  const byOthers = made
    .slice(Math.max(0, first))
    .filter(({ process, call }) => process !== run.process && call.mutating);
  return byOthers.some(({ call }) => {
    const takes = ['DeregisterImage', 'DeleteTags', 'DeleteSnapshot'].includes(call.action);
    const asked = JSON.stringify(call.params);
    return (takes || asked.includes('Remove')) && asked.includes(imageId);
  });
}

/** A call, with the process that made it. */
export interface Made {
  readonly process: string;
  readonly call: CallRecord;
}
