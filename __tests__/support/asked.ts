import { callsOf } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import type { InProcess } from './promotion.ts';

/** Every copy that was asked for: owner, Region, and where it was read from. */
export function copiesAsked(world: World): readonly string[] {
  return callsOf(world, 'CopyImage')
    .map(
      ({ account, region, params }) =>
        `${account} ${region} from ${params.SourceRegion} ${params.SourceImageId}`,
    )
    .sort();
}

/** The output `amis` of a step. */
export function amisOf({
  result,
  promotion,
}: InProcess): Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> {
  return JSON.parse(outputsOf(result, promotion, { file: '', sha256: '' }, '').amis);
}
