import * as v from 'valibot';
import { onlyFields } from './only-fields.ts';
import { anyText, isMap, mapOf, noneOr, text } from './schema-parts.ts';

const tags = v.lazy((input) =>
  isMap(input)
    ? v.pipe(
        mapOf(anyText, ''),
        v.minSize(1, 'is an empty map; write none for no tags at all, or leave it out'),
      )
    : noneOr('is not a map of tags; write KEY: "value", or none for no tags at all'),
);

const shareWith = v.lazy((input) =>
  Array.isArray(input)
    ? v.pipe(v.array(text), v.minLength(1, 'is an empty list; write none for nobody, or leave it out'))
    : noneOr('is not a list of consumers; write ["123456789012"], or none for nobody'),
);

const settings = {
  'kms-key': v.optional(text),
  name: v.optional(text),
  tags: v.optional(tags),
  optional: v.optional(v.boolean('is neither true nor false; write true or false, without quotes')),
  'share-with': v.optional(shareWith),
};

const region = onlyFields(settings, {
  role: 'stands at a Region; write it at the account, whose role is the same in all Regions',
  regions: 'stands at a Region; write it at the account, once',
});

const account = onlyFields({
  ...settings,
  role: v.optional(text),
  regions: v.optional(
    mapOf(region, 'is not a map of Regions; write REGION: and below it what differs there'),
  ),
});

/** `schemas/targets.v1.json` says the same to editors. */
export const targetsSchema = v.pipe(
  v.custom<unknown>(isMap, 'holds no map; begin it with accounts:'),
  onlyFields({
    accounts: v.pipe(
      mapOf(account, 'is not a map of accounts; write NAME: and below it what differs there'),
      v.minSize(1, 'names no account; name one of accounts, or leave targets-file out'),
    ),
  }),
);

export type SettingsText = v.InferOutput<typeof region>;
export type AccountText = v.InferOutput<typeof account>;
