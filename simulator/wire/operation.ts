import type { StaticOperationSchema } from '@smithy/types';
import type { Call } from '../call.ts';
import type { ServiceId } from '../record.ts';
import { UnknownToSimulator } from './error.ts';
import { formTree } from './form.ts';
import { decodeJson, encodeJson, speaksJson } from './json.ts';
import { type Dialect, decodeQuery } from './query.ts';
import { encodeXml } from './xml.ts';

/** An action that the simulator answers: bytes in, bytes out. */
export interface Operation {
  readonly service: ServiceId;
  readonly action: string;
  readonly mutating: boolean;
  /** Reads the parameters. Throws AwsError for what AWS or the simulator does not take. */
  decode(payload: Payload): Record<string, unknown>;
  /** Does what the action does and writes its output; throws AwsError. */
  answer(call: Call, params: Record<string, unknown>): Promise<string>;
}

export type Payload =
  | { readonly kind: 'form'; readonly form: ReadonlyMap<string, string> }
  | { readonly kind: 'json'; readonly body: string };

/**
 * Makes an operation of a schema that the SDK carries and of what to do with the input. `accepts` are the
 * parameters that the simulator heeds; AWS's others are refused loudly, never ignored.
 */
export function operation<Input extends object, Output extends object>(
  schema: StaticOperationSchema,
  definition: {
    readonly service: ServiceId;
    readonly mutating: boolean;
    readonly accepts: readonly (keyof Input & string)[];
    readonly run: (call: Call, input: Input) => Output | Promise<Output>;
  },
): Operation {
  const [, , action, , input, output] = schema;
  const { service, mutating, accepts, run } = definition;
  const dialect: Dialect = service === 'ec2' ? 'ec2' : 'query';
  const known = new Set<string>(accepts);
  return {
    service,
    action,
    mutating,
    decode: (payload) => {
      const params =
        payload.kind === 'json'
          ? decodeJson(input, payload.body)
          : decodeQuery(input, formTree(payload.form), dialect);
      for (const name of Object.keys(params)) {
        if (!known.has(name)) {
          throw new UnknownToSimulator(
            'UnsupportedOperation',
            `The simulator has no parameter ${name} in ${action}`,
          );
        }
      }
      return params;
    },
    answer: async (call, params) => {
      const result = await run(call, params as Input);
      return speaksJson(service)
        ? encodeJson(result)
        : encodeXml(dialect, action, output, result, call.requestId);
    },
  };
}

/** The operation of this name, or InvalidAction. */
export function findOperation(
  operations: readonly Operation[],
  service: ServiceId,
  action: string,
): Operation {
  const found = operations.find((one) => one.service === service && one.action === action);
  if (found === undefined) {
    throw new UnknownToSimulator(
      'InvalidAction',
      `The action ${action} is not valid for this web service (${service}).`,
    );
  }
  return found;
}
