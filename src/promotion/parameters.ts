import { isImageId, type Place } from '../model/image.ts';
import type { Ports } from './ports.ts';
import { refusedAt } from './source-checks.ts';

/** A parameter may name another one; more in a row than this is a circle, or a mistake. */
const maxHops = 5;

/**
 * The AMI id that a parameter of SSM holds: as its value, as `resolve:ssm:` and the name of another parameter, or as the
 * ARN of another one. Raises `Failed`; a value that is none of these may be a secret, and is never told.
 */
export async function imageIn(name: string, place: Place, { aws, reporter }: Ports): Promise<string> {
  const path = [name];
  for (let next = name; path.length <= maxHops; ) {
    checkRegion(path, place);
    const { value, version } = await aws.parameter(place, next);
    if (isImageId(value)) {
      reporter.line(`Parameter ${path.join(' → ')}, version ${version}, is ${value}.`);
      return value;
    }
    const other = otherParameter(value);
    if (other === undefined) {
      throw refusedAt(place, {
        code: 'ParameterNotAnImage',
        meaning: `The parameter ${path.join(' → ')} holds no AMI id; its value is not shown here.`,
        cure: 'Name a parameter whose value is an AMI id, resolve:ssm: with the name of another parameter, or the ARN of one.',
      });
    }
    path.push(other);
    next = other;
  }
  throw refusedAt(place, {
    code: 'ParameterInCircles',
    meaning: `The parameters ${path.join(' → ')} lead to one another and to no AMI id.`,
    cure: 'Name the parameter that holds the AMI id itself.',
  });
}

/** A parameter is read in its own Region only, which must be that of the source. */
function checkRegion(path: readonly string[], place: Place): void {
  const region = /^arn:[^:]+:ssm:([^:]+):/.exec(path.at(-1) ?? '')?.[1];
  if (region !== undefined && region !== place.region) {
    throw refusedAt(place, {
      code: 'ParameterElsewhere',
      meaning: `The parameter ${path.join(' → ')} is in another Region than the source.`,
      cure: `Name a parameter of ${place.region}, or set source-region to ${region}.`,
    });
  }
}

function otherParameter(value: string): string | undefined {
  const named = /^resolve:ssm:(.+)$/.exec(value)?.[1] ?? value;
  const isArn = /^arn:[^:]+:ssm:[a-z0-9-]+:\d{12}:parameter\/[\w./-]+(?::[\w.-]+)?$/.test(named);
  return isArn || (named !== value && /^[\w./-]+(?::[\w.-]+)?$/.test(named)) ? named : undefined;
}
