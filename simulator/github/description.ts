import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { misfits, type Schema } from '../json-schema.ts';

/** One of the operations in `openapi.json`, which `scripts/github-openapi.ts` cuts out of GitHub's description. */
export type OperationId =
  | 'repos/create-commit-status'
  | 'issues/list-comments'
  | 'issues/create-comment'
  | 'issues/update-comment';

/** A request as its operation: what stands in its path, by name. */
export interface Call {
  readonly id: OperationId;
  readonly path: Readonly<Record<string, string>>;
}

/** The operation that a request is for; undefined where the description has none. */
export function callOf(method: string, path: string): Call | undefined {
  for (const [template, methods] of Object.entries(description.paths)) {
    const operation = methods[method.toLowerCase()];
    const pattern = template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    const match = new RegExp(`^${pattern}$`).exec(path);
    if (operation !== undefined && match !== null) {
      const named = Object.entries(match.groups ?? {});
      return {
        id: operation.operationId,
        path: Object.fromEntries(named.map(([name, text]) => [name, decodeURIComponent(text)])),
      };
    }
  }
  return undefined;
}

/** Where path and query do not fit the description; one that it does not know does not. */
export function parameterMisfits(call: Call, query: URLSearchParams): readonly string[] {
  const parameters = (operationOf(call).parameters ?? []).map((one) =>
    resolved(one, description.components.parameters),
  );
  const given = { path: Object.entries(call.path), query: [...query] };
  return (['path', 'query'] as const).flatMap((place) => [
    ...given[place].flatMap(([name, text]) => {
      const parameter = parameters.find((one) => one.in === place && one.name === name);
      return parameter === undefined
        ? [`${place}: unknown ${name}`]
        : misfits(typed(text, parameter.schema), parameter.schema, description, `${place}.${name}`);
    }),
    ...parameters
      .filter((one) => one.in === place && one.required && !given[place].some(([name]) => name === one.name))
      .map(({ name }) => `${place}: without ${name}`),
  ]);
}

/** Where a body does not fit the description; a property that it does not know does not. Undefined: there is none. */
export function bodyMisfits(call: Call, body: unknown): readonly string[] {
  const { requestBody } = operationOf(call);
  if (requestBody === undefined || body === undefined) {
    return (requestBody?.required ?? false) === (body === undefined)
      ? [`body: ${body === undefined ? 'missing' : 'not expected'}`]
      : [];
  }
  const { schema } = requestBody.content['application/json'];
  return misfits(body, { ...schema, additionalProperties: false }, description, 'body');
}

/** Where an answer does not fit the description; a status that it does not know is none of its business. */
export function answerMisfits(call: Call, status: number, body: unknown): readonly string[] {
  const found = operationOf(call).responses[String(status)];
  if (found === undefined) {
    return [];
  }
  const { content } = resolved(found, description.components.responses);
  return misfits(body, content['application/json'].schema, description, `answer ${status}`);
}

interface Reference {
  readonly $ref: string;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Content {
  readonly content: { readonly 'application/json': { readonly schema: Schema } };
}

interface Operation {
  readonly operationId: OperationId;
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content | Reference>>;
}

type Description = Schema & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, Content>>;
  };
};

const description: Description = JSON.parse(readFileSync(join(import.meta.dirname, 'openapi.json'), 'utf8'));

function operationOf({ id }: Call): Operation {
  const all = Object.values(description.paths).flatMap((methods) => Object.values(methods));
  const operation = all.find(({ operationId }) => operationId === id);
  if (operation === undefined) {
    throw new Error(`the description has no ${id}`);
  }
  return operation;
}

function resolved<T extends object>(one: T | Reference, among: Readonly<Record<string, T>>): T {
  if (!('$ref' in one)) {
    return one;
  }
  const found = among[one.$ref.slice(one.$ref.lastIndexOf('/') + 1)];
  if (found === undefined) {
    throw new Error(`the description has no ${one.$ref}`);
  }
  return found;
}

/** A number where one is described and the text is one; else the text, which then does not fit. */
function typed(text: string, { type }: Schema): unknown {
  return type === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text;
}
