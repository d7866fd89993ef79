import { keyAccess } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { defaultKey, ebsAlias, findKey, viaEc2 } from '../../keys.ts';
import { settingsOf } from '../../places.ts';
import type { Permission } from '../../record.ts';
import { AwsError } from '../../wire/error.ts';
import type { SimulatedKey } from '../../world.ts';
import type { CopyRequest } from './copy-request.ts';
import type { CopySource } from './copy-source.ts';

/** The key of one new snapshot: none, a key (and how a pending copy shows it), or a name that leads nowhere. */
export type TargetKey =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly key: SimulatedKey; readonly shownAs: string }
  | { readonly kind: 'unusable'; readonly shownAs: string };

/**
 * The key of each new snapshot. AWS: the given key; else the Region's default key if encryption was asked for, is
 * the Region's default, or the source is encrypted (whose own key is never kept); else none.
 */
export function targetKeys(call: Call, request: CopyRequest, source: CopySource): readonly TargetKey[] {
  const { world, caller, region } = call;
  const place = { account: caller.account, region };
  const byDefault = settingsOf(world, caller.account, region).encryptionByDefault;
  if (request.keyId !== undefined) {
    const named = namedKey(call, request.keyId);
    return source.snapshots.map(() => named);
  }
  const chosen = defaultKey(world, place);
  const shownAs = chosen?.manager === 'AWS' ? ebsAlias : (chosen?.arn ?? ebsAlias);
  const byEbs: TargetKey =
    chosen === undefined ? { kind: 'unusable', shownAs } : { kind: 'key', key: chosen, shownAs };
  return source.snapshots.map((snapshot) =>
    snapshot.key !== undefined || request.encrypted === true || byDefault ? byEbs : { kind: 'none' },
  );
}

/** A key that was asked for. AWS is unknown here: a bad one fails the call or, later, the copy (a switch). */
function namedKey(call: Call, keyId: string): TargetKey {
  const search = findKey(call.world, { account: call.caller.account, region: call.region }, keyId);
  const strict = call.world.switches.missingKey === 'sync';
  if (search.found !== 'key') {
    if (strict) {
      throw new AwsError('InvalidParameterValue', `The specified keyId ${keyId} is invalid`);
    }
    return { kind: 'unusable', shownAs: keyId };
  }
  if (strict && search.key.state !== 'Enabled') {
    throw new AwsError('InvalidParameterValue', `The specified keyId ${keyId} is disabled`);
  }
  return { kind: 'key', key: search.key, shownAs: search.key.arn };
}

const onTarget = [
  'kms:DescribeKey',
  'kms:CreateGrant',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptTo',
];
const onSource = ['kms:DescribeKey', 'kms:CreateGrant', 'kms:Decrypt', 'kms:ReEncryptFrom'];

/**
 * Whether EC2 can use all the keys on the caller's behalf, which it finds out after CopyImage has answered. Every
 * check is recorded like a call of KMS.
 */
export function keysUsable(call: Call, source: CopySource, targets: readonly TargetKey[]): boolean {
  const { world } = call;
  const uses = new Map<string, { key: SimulatedKey | undefined; actions: readonly string[] }>();
  for (const target of targets) {
    if (target.kind !== 'none') {
      uses.set(`to ${target.shownAs}`, {
        key: target.kind === 'key' ? target.key : undefined,
        actions: onTarget,
      });
    }
  }
  for (const { key } of source.snapshots) {
    if (key !== undefined) {
      uses.set(`from ${key}`, { key: world.keys.get(key), actions: onSource });
    }
  }
  const results = [...uses.values()].flatMap(({ key, actions }) =>
    key === undefined ? [false] : actions.map((action) => useKey(call, key, action)),
  );
  return results.every((usable) => usable);
}

function useKey(call: Call, key: SimulatedKey, action: string): boolean {
  const { world, caller } = call;
  const access = keyAccess(world, caller, key, action, {
    'kms:viaservice': [viaEc2(world, key.region)],
    ...(action === 'kms:CreateGrant' ? { 'kms:grantisforawsresource': ['true'] } : {}),
  });
  const sound =
    key.state === 'Enabled' && key.spec === 'SYMMETRIC_DEFAULT' && key.usage === 'ENCRYPT_DECRYPT';
  const code = access.allowed ? (sound ? 'ok' : 'KMSInvalidStateException') : 'AccessDeniedException';
  record(call, key, action, code, access.allowed ? access.by : []);
  return access.allowed && sound;
}

function record(
  call: Call,
  key: SimulatedKey,
  action: string,
  code: string,
  allowedBy: readonly Permission[],
): void {
  call.world.record.push({
    at: call.world.clock.now(),
    service: 'kms',
    action: action.replace('kms:', ''),
    account: call.caller.account,
    region: key.region,
    principal: call.caller.arn,
    mutating: false,
    code,
    requestId: call.requestId,
    params: { KeyId: key.arn },
    allowedBy,
    answered: true,
    onBehalfOf: 'ec2:CopyImage',
  });
}
