import * as v from 'valibot';

export const managedBy = v.picklist(
  ['account', 'declarative-policy'],
  'must be account or declarative-policy',
);

const days = v.pipe(v.number(), v.integer('must be a whole number'), v.minValue(0, 'must not be negative'));
const texts = (most: number, form: RegExp, wrong: string) =>
  v.optional(
    v.pipe(
      v.array(v.pipe(v.string('must be text, in quotes'), v.regex(form, wrong))),
      v.minLength(1, 'must not be empty'),
      v.maxLength(most, `must be ${most} at most`),
    ),
  );

const watermarkSchema = v.pipe(
  v.strictObject({
    key: v.optional(v.string()),
    region: v.optional(v.string()),
    'source-created-within-days': v.optional(days),
    'attached-within-days': v.optional(days),
  }),
  v.check((filter) => Object.keys(filter).length > 0, 'must not be empty'),
);

/** AWS also has conditions on Amazon Inspector's findings, which this simulator does not know. */
const criterionSchema = v.pipe(
  v.strictObject({
    providers: texts(
      200,
      /^(\d{12}|amazon|aws-marketplace|aws-backup-vault|none)$/,
      'must be an account id, amazon, aws-marketplace, aws-backup-vault or none',
    ),
    names: texts(50, /^[A-Za-z0-9()[\] ./\-'@_*?]{1,128}$/, 'must be a name or part of one, with * and ?'),
    'marketplace-product-codes': texts(50, /^[A-Za-z0-9]{1,25}$/, 'must be 1 to 25 letters and digits'),
    'created-within-days': v.optional(days),
    'deprecated-within-days': v.optional(days),
    watermarks: v.optional(
      v.pipe(v.array(watermarkSchema), v.minLength(1, 'must not be empty'), v.maxLength(50)),
    ),
  }),
  v.check((criterion) => Object.keys(criterion).length > 0, 'must not be empty'),
  v.check(
    ({ providers }) => providers?.includes('none') !== true || providers.length === 1,
    'the provider none stands alone',
  ),
);

/** The setting of Allowed AMIs of a Region. */
export const allowedImagesSchema = v.strictObject({
  state: v.picklist(['disabled', 'audit-mode', 'enabled'], 'must be disabled, audit-mode or enabled'),
  'managed-by': v.optional(managedBy, 'account'),
  criteria: v.optional(v.pipe(v.array(criterionSchema), v.maxLength(10, 'must be 10 at most')), []),
});
export type AllowedImagesFile = v.InferOutput<typeof allowedImagesSchema>;
