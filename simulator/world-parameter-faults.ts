import { parameterArn } from './arn.ts';
import { misplaced, type ReferenceFault, twice } from './world-references.ts';
import type { WorldFile } from './world-schema.ts';

/** Parameters of a world file that are nowhere, or that are there twice. */
export function parameterFaults(file: WorldFile): readonly ReferenceFault[] {
  const arns = file.parameters.map(({ name, account, region }) =>
    parameterArn(file.partition, region, account, name),
  );
  return file.parameters.flatMap((parameter, index) => [
    ...twice(arns, index, ['parameters', index, 'name']),
    ...misplaced(file, parameter, ['parameters', index]),
  ]);
}
