import * as v from 'valibot';

/** The kinds of values that a world file is made of. */
export const accountId = v.pipe(
  v.string('must be an account id in quotes'),
  v.regex(/^\d{12}$/, 'must be 12 digits in quotes'),
);

export const name = v.pipe(v.string(), v.regex(/^[\w+=,.@-]{1,64}$/, 'must be a name as IAM allows it'));

export const region = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be the name of a Region'),
);

export const positive = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be 1 or more'),
);

export const seconds = v.pipe(v.number(), v.minValue(0, 'must not be negative'));

/** An ISO 8601 time in UTC. */
export const time = v.pipe(
  v.string('must be a time in quotes'),
  v.isoTimestamp('must be a time such as 2026-11-20T12:00:00Z'),
  v.transform((text) => Date.parse(text)),
);

export const tags = v.optional(v.record(v.string(), v.string('must be text, in quotes')), {});

/** Placeholders of a policy file and what stands for them. */
export const values = v.record(
  v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]*$/, 'must be capitals and underscores')),
  v.string('must be text, in quotes'),
);

/** A policy: the path of a JSON file, relative to the world file, alone or with values of its own; or the document. */
export const policy = v.union(
  [v.pipe(v.string(), v.nonEmpty()), v.strictObject({ file: v.string(), values }), v.looseObject({})],
  'must be the path of a JSON file, {file, values} or a policy',
);
export type PolicyEntry = v.InferOutput<typeof policy>;

export const map = <T extends v.GenericSchema>(value: T) => v.record(v.string(), value);

/** An id of today's long or the older short form, but none of zeros or ones only, which AWS calls malformed. */
export const resourceId = (prefix: 'ami' | 'snap') =>
  v.pipe(
    v.string(),
    v.regex(
      new RegExp(`^${prefix}-(?!0+$|1+$)([0-9a-f]{8}|[0-9a-f]{17})$`),
      `must be ${prefix}- and 17 hexadecimal digits, not all 0 or 1`,
    ),
  );
