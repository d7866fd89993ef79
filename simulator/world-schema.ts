import * as v from 'valibot';
import { isKeySet } from './jwks.ts';
import type { JsonWebKeySet } from './oidc/verify.ts';
import { partitionIds } from './regions.ts';
import { allowedImagesSchema, managedBy } from './world-schema-allowed.ts';
import { parameterSchema } from './world-schema-parameters.ts';
import { imageSchema, keySchema, snapshotSchema } from './world-schema-resources.ts';
import { copyingSchema, faultSchema, quotasSchema, switchesSchema } from './world-schema-settings.ts';
import { accountId, map, name, policy, positive, time, values } from './world-schema-values.ts';

const tagPolicySchema = v.strictObject({
  key: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  values: v.optional(v.array(v.string('must be text, in quotes'))),
  'enforced-for': v.pipe(
    v.array(v.picklist(['image', 'snapshot'], 'must be image or snapshot')),
    v.minLength(1, 'must name a type of resource'),
  ),
});

const organizationSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^o-[a-z0-9]{10,32}$/, 'must be like o-exampleorg1')),
  'management-account': accountId,
  units: v.optional(
    v.array(
      v.strictObject({
        id: v.pipe(
          v.string(),
          v.regex(/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/, 'must be like ou-ab12-11111111'),
        ),
        parent: v.optional(v.string()),
        accounts: v.optional(v.array(accountId), []),
      }),
    ),
    [],
  ),
  'tag-policies': v.optional(v.array(tagPolicySchema), []),
});

const regionSchema = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  sts: v.optional(v.boolean(), true),
  'encryption-by-default': v.optional(v.boolean(), false),
  'default-key': v.optional(v.string()),
  'public-sharing': v.optional(v.boolean(), false),
  'public-sharing-managed-by': v.optional(managedBy, 'account'),
  'allowed-images': v.optional(allowedImagesSchema, { state: 'disabled' }),
});

const loopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\//;

const providerSchema = v.strictObject({
  url: v.pipe(
    v.string(),
    v.regex(/^https:\/\/[^\s?#]+[^\s?#/]$/, 'must be an https address without a slash at its end'),
  ),
  audiences: v.pipe(v.array(v.string()), v.minLength(1, 'must name an audience')),
  jwks: v.optional(v.custom<JsonWebKeySet>(isKeySet, 'must be a JSON Web Key Set: {keys: [...]}')),
  'jwks-url': v.optional(v.pipe(v.string(), v.regex(loopback, 'must be an http address on loopback'))),
});

const roleSchema = v.strictObject({
  name,
  'trust-policy': policy,
  policies: v.optional(v.array(policy), []),
  'permissions-boundary': v.optional(policy),
  values: v.optional(values, {}),
  'max-session': v.optional(
    v.pipe(positive, v.minValue(3600, 'must be 3600 or more'), v.maxValue(43_200, 'must be 43200 or less')),
    3600,
  ),
  created: v.optional(time),
});

const userSchema = v.strictObject({
  name,
  'access-key-id': v.pipe(
    v.string(),
    v.regex(/^AKIA[A-Z0-9]{16}$/, 'must be AKIA and 16 capitals or digits'),
  ),
  secret: v.pipe(v.string(), v.minLength(16, 'must have at least 16 characters')),
  policies: v.optional(v.array(policy), []),
  values: v.optional(values, {}),
});

const accountSchema = v.strictObject({
  id: accountId,
  name: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  regions: v.optional(map(regionSchema), {}),
  'oidc-providers': v.optional(v.array(providerSchema), []),
  roles: v.optional(v.array(roleSchema), []),
  users: v.optional(v.array(userSchema), []),
  'service-control-policies': v.optional(
    v.pipe(v.array(policy), v.minLength(1, 'must have a policy: AWS takes the last one off no account')),
  ),
  'resource-control-policies': v.optional(v.array(policy), []),
  values: v.optional(values, {}),
});

/** The shape of a world file; that its parts fit together is checked by world-references.ts. */
export const worldSchema = v.strictObject({
  partition: v.optional(v.picklist(partitionIds, `must be one of ${partitionIds.join(', ')}`), 'aws'),
  seed: v.optional(v.pipe(v.number(), v.integer('must be a whole number')), 1),
  organization: v.optional(organizationSchema),
  accounts: v.pipe(v.array(accountSchema), v.minLength(1, 'must have an account')),
  keys: v.optional(v.array(keySchema), []),
  snapshots: v.optional(v.array(snapshotSchema), []),
  images: v.optional(v.array(imageSchema), []),
  parameters: v.optional(v.array(parameterSchema), []),
  copying: v.optional(copyingSchema, {}),
  switches: v.optional(switchesSchema, {}),
  quotas: v.optional(quotasSchema, {}),
  faults: v.optional(v.array(faultSchema), []),
});

export type WorldFile = v.InferOutput<typeof worldSchema>;
export type AccountFile = WorldFile['accounts'][number];
