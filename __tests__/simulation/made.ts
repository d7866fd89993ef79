import type { CallRecord } from '../../simulator/record.ts';
import type { World } from '../../simulator/world.ts';
import type { Run } from '../../src/model/run.ts';
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

/** 4. No process removes a copy that another run made, unless it failed. */
export function removedAnothers(
  world: World,
  { call }: Made,
  run: Run | undefined,
  makers: ReadonlyMap<string, Run>,
): readonly string[] {
  const { ImageId: id } = call.params;
  if (call.action !== 'DeregisterImage' || call.code !== 'ok' || !call.mutating || typeof id !== 'string') {
    return [];
  }
  const maker = makers.get(id);
  const before = world.images.get(id)?.deregistered?.before;
  return maker === undefined || maker.id === run?.id || before === 'failed'
    ? []
    : [`4: ${run?.id} removes ${id} (${before}), which ${maker.id} made`];
}
