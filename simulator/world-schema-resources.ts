import * as v from 'valibot';
import {
  accountId,
  policy,
  positive,
  region,
  resourceId,
  tags,
  time,
  values,
} from './world-schema-values.ts';

const place = { account: accountId, region };

/** A customer's key; those that AWS manages are there by themselves. */
export const keySchema = v.strictObject({
  id: v.pipe(v.string(), v.uuid('must be a UUID')),
  ...place,
  alias: v.optional(
    v.pipe(v.string(), v.regex(/^alias\/(?!aws\/)[\w/-]+$/, 'must be alias/… and not one of alias/aws/…')),
  ),
  manager: v.optional(v.picklist(['CUSTOMER', 'AWS']), 'CUSTOMER'),
  state: v.optional(
    v.picklist([
      'Creating',
      'Enabled',
      'Disabled',
      'PendingDeletion',
      'PendingImport',
      'PendingReplicaDeletion',
      'Unavailable',
      'Updating',
    ]),
    'Enabled',
  ),
  spec: v.optional(v.string(), 'SYMMETRIC_DEFAULT'),
  usage: v.optional(
    v.picklist(['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT']),
    'ENCRYPT_DECRYPT',
  ),
  policies: v.optional(v.array(policy), ['default']),
  values: v.optional(values, {}),
});

export const snapshotSchema = v.strictObject({
  id: resourceId('snap'),
  ...place,
  'size-gib': positive,
  'full-size-gib': v.optional(v.pipe(v.number(), v.minValue(0, 'must not be negative'))),
  key: v.optional(v.string()),
  state: v.optional(v.picklist(['pending', 'completed', 'error']), 'completed'),
  'status-message': v.optional(v.string()),
  description: v.optional(v.string(), ''),
  started: v.optional(time),
  tags,
  'create-volume-permissions': v.optional(v.array(v.union([accountId, v.literal('all')])), []),
});

const deviceSchema = v.union(
  [
    v.strictObject({
      name: v.string(),
      snapshot: resourceId('snap'),
      'size-gib': v.optional(positive),
      type: v.optional(v.string(), 'gp3'),
      'delete-on-termination': v.optional(v.boolean(), true),
    }),
    v.strictObject({
      name: v.string(),
      blank: v.literal(true),
      'size-gib': positive,
      type: v.optional(v.string(), 'gp3'),
      'delete-on-termination': v.optional(v.boolean(), true),
    }),
    v.strictObject({ name: v.string(), virtual: v.pipe(v.string(), v.regex(/^ephemeral\d+$/)) }),
  ],
  'must be {name, snapshot}, {name, blank: true, size-gib} or {name, virtual: ephemeral0}',
);

const watermark = v.pipe(
  v.string('must be a watermark in quotes'),
  v.regex(
    /^\d{12}:[A-Za-z0-9()[\] ./\-'@_]{3,128}$/,
    'must be an account id, a colon and a name as AWS allows it',
  ),
);

export const imageSchema = v.strictObject({
  id: resourceId('ami'),
  ...place,
  name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/, 'must be a name as AWS allows it')),
  description: v.optional(v.string(), ''),
  state: v.optional(v.picklist(['pending', 'available', 'failed', 'deregistered', 'disabled']), 'available'),
  'state-reason': v.optional(v.strictObject({ code: v.string(), message: v.string() })),
  created: v.optional(time),
  deprecated: v.optional(time),
  architecture: v.optional(v.picklist(['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac']), 'x86_64'),
  'virtualization-type': v.optional(v.picklist(['hvm', 'paravirtual']), 'hvm'),
  'root-device': v.optional(v.string(), '/dev/xvda'),
  'boot-mode': v.optional(v.picklist(['legacy-bios', 'uefi', 'uefi-preferred'])),
  'tpm-support': v.optional(v.picklist(['v2.0'])),
  'imds-support': v.optional(v.picklist(['v2.0'])),
  'ena-support': v.optional(v.boolean(), true),
  'sriov-net-support': v.optional(v.picklist(['simple'])),
  'platform-details': v.optional(v.string(), 'Linux/UNIX'),
  'usage-operation': v.optional(v.string(), 'RunInstances'),
  devices: v.pipe(v.array(deviceSchema), v.minLength(1, 'must have a device')),
  tags,
  lineage: v.optional(v.strictObject({ image: resourceId('ami'), region })),
  'launch-permissions': v.optional(
    v.array(v.pipe(v.string(), v.regex(/^(\d{12}|all|arn:.+)$/, 'must be an account id, an ARN or all'))),
    [],
  ),
  'product-codes': v.optional(v.array(v.string()), []),
  billed: v.optional(v.boolean(), false),
  watermarks: v.optional(v.pipe(v.array(watermark), v.maxLength(5, 'must be 5 at most')), []),
  'deregistration-protection': v.optional(
    v.picklist(['enabled-without-cooldown', 'enabled-with-cooldown', 'disabled']),
    'disabled',
  ),
});
