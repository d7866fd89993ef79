import * as v from 'valibot';
import { copiedAttributes } from './settings.ts';
import { accountId, map, positive, region, seconds } from './world-schema-values.ts';

export const copyingSchema = v.strictObject({
  seconds: v.optional(seconds),
  'gib-per-second': v.optional(v.pipe(v.number(), v.gtValue(0, 'must be more than 0'))),
  factors: v.optional(map(v.pipe(v.number(), v.gtValue(0, 'must be more than 0'))), {}),
});

export const switchesSchema = v.strictObject({
  'expired-code': v.optional(v.picklist(['RequestExpired', 'ExpiredToken']), 'RequestExpired'),
  lineage: v.optional(v.picklist(['present', 'absent']), 'present'),
  'not-copied': v.optional(v.array(v.picklist(copiedAttributes)), []),
  'missing-key': v.optional(v.picklist(['sync', 'async']), 'async'),
  'missing-parameter': v.optional(v.picklist(['denied', 'not-found']), 'denied'),
  'token-ttl-seconds': v.optional(seconds, 86_400),
  'visibility-lag-seconds': v.optional(seconds, 0),
  'attribute-lag-seconds': v.optional(seconds, 0),
  'deregister-lag-seconds': v.optional(seconds, 0),
  'in-use-lag-seconds': v.optional(seconds, 0),
  'trust-lag-seconds': v.optional(seconds, 8),
  'session-seconds': v.optional(positive, 43_200),
  'copy-never-appears': v.optional(v.boolean(), false),
  'dry-run': v.optional(v.picklist(['permission', 'everything']), 'permission'),
  'delete-associated-snapshots': v.optional(v.picklist(['supported', 'refused']), 'supported'),
  'failed-copy-snapshots': v.optional(v.picklist(['listed', 'unlisted']), 'unlisted'),
  'cancelled-copy-snapshots': v.optional(v.picklist(['error', 'completed']), 'error'),
});

const rateSchema = v.strictObject({ burst: positive, 'per-second': seconds });

export const quotasSchema = v.strictObject({
  'concurrent-copies': v.optional(positive, 300),
  'launch-permissions': v.optional(positive, 1000),
  images: v.optional(positive, 50_000),
  'public-images': v.optional(positive, 5),
  'time-based-mib-per-second': v.optional(positive, 2000),
  rates: v.optional(map(rateSchema), {}),
});

const plainEffects = [
  'throttle',
  'server-error',
  'reset-before',
  'reset-after',
  'silent',
  'access-denied',
  'expired-token',
  'fail-copy',
  'delay',
  'error',
] as const;

export const faultSchema = v.pipe(
  v.strictObject({
    action: v.pipe(
      v.string(),
      v.regex(
        /^(\*|(ec2|sts|kms|ssm):(\*|[A-Za-z]+(\/dry-run)?|DeregisterImage\/snapshot))$/,
        'must be like ec2:CopyImage, ec2:CopyImage/dry-run, ec2:* or *',
      ),
    ),
    account: v.optional(accountId),
    region: v.optional(region),
    nth: v.optional(positive),
    from: v.optional(positive),
    times: v.optional(positive),
    probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    do: v.picklist(plainEffects, `must be one of ${plainEffects.join(', ')}`),
    reason: v.optional(v.string()),
    milliseconds: v.optional(positive),
    code: v.optional(v.string()),
    status: v.optional(v.pipe(v.number(), v.minValue(400), v.maxValue(599))),
    message: v.optional(v.string()),
  }),
  v.check(
    ({ nth, from, times, probability }) =>
      [nth !== undefined, from !== undefined || times !== undefined, probability !== undefined].filter(
        Boolean,
      ).length <= 1,
    'nth, from/times and probability exclude each other',
  ),
  v.check((fault) => fault.do !== 'delay' || fault.milliseconds !== undefined, 'a delay needs milliseconds'),
  v.check((fault) => fault.do !== 'error' || fault.code !== undefined, 'an error needs a code'),
);
export type FaultFile = v.InferOutput<typeof faultSchema>;
