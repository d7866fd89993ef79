import * as v from 'valibot';
import { accountId, region } from './world-schema-values.ts';

const value = v.pipe(
  v.string('must be text, in quotes'),
  v.nonEmpty('must not be empty'),
  v.maxLength(8192, 'must be 8192 characters at most'),
);

const label = v.pipe(
  v.string('must be text, in quotes'),
  v.regex(
    /^(?!aws|ssm|\d)[\w.-]{1,100}$/i,
    'must be a label as AWS allows it, which begins with neither a digit nor aws nor ssm',
  ),
);

const versionSchema = v.strictObject({
  value,
  labels: v.optional(v.pipe(v.array(label), v.maxLength(10, 'must be 10 at most')), []),
});

/** A parameter, with its value alone or with all its versions. */
export const parameterSchema = v.pipe(
  v.strictObject({
    name: v.pipe(
      v.string(),
      v.regex(
        /^(?!\/?(aws|ssm))((\/[\w.-]+){1,15}|[\w.-]+)$/i,
        'must be a name as AWS allows it, or a path that begins with a slash; not of aws or ssm',
      ),
      v.maxLength(900, 'must be 900 characters at most'),
    ),
    account: accountId,
    region,
    type: v.optional(v.picklist(['String', 'StringList', 'SecureString']), 'String'),
    value: v.optional(value),
    versions: v.optional(
      v.pipe(
        v.array(versionSchema),
        v.minLength(1, 'must have a version'),
        v.maxLength(100, 'must be 100 at most'),
      ),
    ),
    'shared-with': v.optional(v.array(accountId), []),
  }),
  v.check(
    (parameter) => (parameter.value === undefined) !== (parameter.versions === undefined),
    'must have either a value or versions',
  ),
  v.check(({ versions }) => {
    const labels = (versions ?? []).flatMap((version) => version.labels);
    return new Set(labels).size === labels.length;
  }, 'a label is on one version'),
);
