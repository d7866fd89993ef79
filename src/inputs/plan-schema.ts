import * as v from 'valibot';
import { anyText, isMap, tagMap as tags } from './schema-parts.ts';

/** As for every text here: what is not as a plan has it was changed by hand or cut off. */
const id = v.nullable(anyText);
const texts = v.array(anyText, 'is not a list');
const count = v.number('is not a number');

const write = v.variant(
  'kind',
  [
    v.object({ kind: v.literal('open-source'), imageId: anyText, snapshotIds: texts, account: anyText }),
    v.object({
      kind: v.literal('copy-image'),
      imageId: anyText,
      fromRegion: anyText,
      name: anyText,
      description: anyText,
      keyArn: id,
      completionMinutes: v.nullable(count),
      sizeGiB: count,
      imageTags: tags,
      snapshotTags: tags,
    }),
    v.object({ kind: v.literal('set-tags'), resourceIds: texts, tags }),
    v.object({ kind: v.literal('share-image'), imageId: id, add: texts }),
    v.object({ kind: v.literal('share-snapshot'), snapshotId: id, add: texts }),
    v.object({ kind: v.literal('unshare-image'), imageId: anyText, remove: texts }),
    v.object({ kind: v.literal('unshare-snapshot'), snapshotId: anyText, remove: texts }),
    v.object({ kind: v.literal('remove-failed-copy'), imageId: id }),
    v.object({ kind: v.literal('keep-open'), imageId: anyText }),
    v.object({
      kind: v.literal('require-imds-v2'),
      imageId: id,
      ifNeeded: v.boolean('is neither true nor false'),
    }),
  ],
  'is no kind of write that this version knows',
);

const source = v.object({ id: anyText, account: anyText, region: anyText });
const target = v.object({
  source: anyText,
  account: anyText,
  region: anyText,
  key: anyText,
  writes: v.array(write, 'is not a list of writes'),
});

/**
 * What is read back of a plan, the fields of `ApprovedPlan`, in the shape that `schemas/plan.v1.json` gives it. A
 * later version of the action may write more fields, and they are nobody's business here; of a later version of
 * plans nothing is known but its number.
 */
export const planSchema = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(isMap, 'is no plan; write the path of a plan-file'),
  v.check(
    (map) => !(map.version === 1 && 'run' in map && 'opened' in map),
    'is the manifest of a promotion; name the plan-file of a step with mode: plan',
  ),
  v.looseObject({
    version: v.literal(1, 'is not 1, the only version of plans that this version of the action reads'),
  }),
  v.object({
    sources: v.array(source, 'is not a list of sources'),
    targets: v.array(target, 'is not a list of targets'),
  }),
);
