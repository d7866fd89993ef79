import { parameterArn, parseArn } from '../../arn.ts';
import type { Call } from '../../call.ts';
import { AwsError, UnknownToSimulator } from '../../wire/error.ts';
import type { SimulatedParameter } from '../../world-parameter.ts';

/** What the name of a parameter says. */
export interface ParameterName {
  readonly arn: string;
  /** The account whose it is. */
  readonly account: string;
  /** A version or a label. */
  readonly selector: string | undefined;
  /** What the name means, seen from the Region of the call. */
  readonly parameter: SimulatedParameter | undefined;
}

const form = /^(?<name>(\/[\w.-]+)+|[\w.-]+)(:(?<selector>[\w.-]+))?$/;

/**
 * Reads a name or a full ARN, either perhaps with `:version` or `:label`. AWS: a name means the caller's account, no
 * form reaches another Region.
 */
export function readName(call: Call, text: string): ParameterName {
  const { world, region } = call;
  const named = text.startsWith('arn:') ? byArn(call, text) : { account: call.caller.account, region, text };
  const { name, selector } = form.exec(named.text)?.groups ?? {};
  if (name === undefined) {
    throw notValid(text);
  }
  if (/^\/aws\//i.test(name) || named.account === '') {
    throw new UnknownToSimulator('ParameterNotFound', `The simulator has no public parameters: ${text}`);
  }
  const arn = parameterArn(world.partition, named.region, named.account, name);
  const found = named.region === region ? world.parameters.get(arn) : undefined;
  const parameter = text.startsWith('arn:') || found?.name === name ? found : undefined;
  return { arn, account: named.account, selector, parameter };
}

function byArn({ world }: Call, text: string) {
  const arn = parseArn(text);
  if (arn?.service !== 'ssm' || arn.partition !== world.partition || !/^parameter\/./.test(arn.resource)) {
    throw notValid(text);
  }
  return { account: arn.account, region: arn.region, text: arn.resource.replace(/^parameter/, '') };
}

function notValid(text: string): AwsError {
  return new AwsError('ValidationException', `${text} is no name of a parameter`);
}
