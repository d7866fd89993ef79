import * as v from 'valibot';
import { parse } from 'yaml';

/**
 * A workflow file as far as the examples go: what the runner of these tests does not know is an error. All scalars are
 * the texts that stand there.
 */
export type WorkflowFile = v.InferOutput<typeof Workflow>;
export type JobFile = WorkflowFile['jobs'][string];
export type StepFile = NonNullable<JobFile['steps']>[number];

const texts = v.record(v.string(), v.string());

/** Read and not acted upon: names, and what decides when a run may begin or must end. */
const ignored = v.optional(v.unknown());

const Step = v.strictObject({
  name: ignored,
  id: v.optional(v.string()),
  if: v.optional(v.string()),
  uses: v.optional(v.string()),
  with: v.optional(texts, {}),
  env: v.optional(texts, {}),
  run: v.optional(v.string()),
});

const Job = v.strictObject({
  needs: v.optional(
    v.union([
      v.array(v.string()),
      v.pipe(
        v.string(),
        v.transform((name) => [name]),
      ),
    ]),
    [],
  ),
  if: v.optional(v.string()),
  'runs-on': v.optional(v.literal('ubuntu-latest')),
  'timeout-minutes': ignored,
  concurrency: ignored,
  environment: v.optional(v.string()),
  permissions: texts,
  outputs: v.optional(texts, {}),
  steps: v.optional(v.array(Step)),
  uses: v.optional(v.string()),
  with: v.optional(texts, {}),
});

const empty = v.pipe(
  v.literal(''),
  v.transform(() => ({ inputs: {} })),
);

const Call = v.strictObject({
  inputs: v.record(
    v.string(),
    v.strictObject({ description: v.string(), required: v.literal('true'), type: v.literal('string') }),
  ),
  outputs: v.optional(
    v.record(v.string(), v.strictObject({ description: v.string(), value: v.string() })),
    {},
  ),
});

const Workflow = v.strictObject({
  name: v.string(),
  'run-name': ignored,
  on: v.strictObject({
    push: v.optional(v.strictObject({ branches: ignored, tags: ignored, paths: ignored })),
    pull_request: v.optional(v.strictObject({ paths: ignored })),
    schedule: v.optional(v.array(v.strictObject({ cron: v.string() }))),
    workflow_dispatch: v.optional(v.union([empty, v.strictObject({ inputs: Call.entries.inputs })])),
    workflow_call: v.optional(Call),
  }),
  permissions: v.strictObject({}),
  concurrency: ignored,
  jobs: v.record(v.string(), Job),
});

/** Reads a workflow; throws for what is no workflow, or more than an example is. */
export function readWorkflow(text: string): WorkflowFile {
  return v.parse(Workflow, parse(text, { schema: 'failsafe' }));
}
