import { type Changes, home, keyIdOf, prod, sourceRegion, staging } from '../support/organization.ts';
import { imageFile, together } from '../support/scenario.ts';
import type { Draw } from './draw.ts';
import { drawRelics } from './draw-relics.ts';
import type { Wants } from './draw-wants.ts';

/** A world, and the targets that it never allows. */
export function drawWorld(
  draw: Draw,
  seed: number,
  wants: Wants,
): { readonly world: Changes; readonly impossible: readonly string[] } {
  const relics = drawRelics(draw, wants);
  const sources = wants.sources.slice(1).map((id, index) => sourceFile(id, index + 1, wants.isEncrypted));
  // That a copy requires IMDSv2 where its source does not can never be mended.
  const losesImds = wants.sources.length === 1 && draw.chance(0.15);
  const off = wants.inputs['optional-regions'];
  const impossible = off === undefined ? [] : everywhereIn(off, wants);
  const keptOpen = draw.chance(0.15) ? [wants.accounts.find((id) => id !== home) ?? ''].filter(Boolean) : [];
  return {
    world: {
      seed,
      encryptedSource: wants.isEncrypted,
      image: { 'launch-permissions': keptOpen, ...(losesImds ? { 'imds-support': 'v2.0' } : {}) },
      ...together(...sources, ...relics.files),
      roles,
      copying: { seconds: draw.one(5, 40, 100, 180, 400) },
      switches: { ...drawSwitches(draw, wants), ...(losesImds ? { 'not-copied': ['imdsSupport'] } : {}) },
      quotas: draw.one<object>({}, {}, {}, {}, { 'concurrent-copies': draw.between(1, 2) }, slowCopies),
      faults: drawFaults(draw),
    },
    impossible: [...impossible, ...relics.impossible],
  };
}

/** What the inputs of all histories need. */
const more = ['../iam/share-snapshots-policy.json', '../iam/rollback-policy.json'];
/** Every role with the policies of all inputs. */
export const roles = {
  [home]: { policies: ['../iam/home-policy.json', ...more] },
  [prod]: { policies: ['../iam/owner-policy.json', ...more] },
  [staging]: { policies: ['../iam/owner-policy.json', ...more] },
};

function everywhereIn(region: string, { sources, accounts }: Wants): readonly string[] {
  return sources.flatMap((id) => accounts.map((account) => `${id} ${account} ${region}`));
}

function sourceFile(id: string, nth: number, isEncrypted: boolean) {
  const place = { account: home, region: sourceRegion };
  const file = imageFile(place, { name: `api-${nth}`, tags: { Name: 'api' } }, id.slice(-1));
  const key = isEncrypted ? { key: keyIdOf(home, sourceRegion) } : { key: undefined };
  return { ...file, snapshots: file.snapshots.map((snapshot) => ({ ...snapshot, ...key })) };
}

const slowCopies = { rates: { CopyImage: { burst: 1, 'per-second': 0.1 } } };

/** What AWS leaves open, or does either way. */
function drawSwitches(draw: Draw, { hasLineage }: Wants): object {
  return {
    'expired-code': draw.one('RequestExpired', 'ExpiredToken'),
    lineage: hasLineage ? 'present' : 'absent',
    'not-copied': draw.one<readonly string[]>([], [], [], ['volumeType', 'enaSupport']),
    'missing-key': draw.one('sync', 'async'),
    'token-ttl-seconds': draw.one(86_400, 86_400, 2_000),
    'visibility-lag-seconds': draw.one(0, 0, 3, 40, 150, 280),
    'attribute-lag-seconds': draw.one(0, 0, 0, 0, 0, 0, 0, 2, 5, 20, 60, 290),
    'deregister-lag-seconds': draw.one(0, 0, 30, 250),
    'in-use-lag-seconds': draw.one(0, 0, 0, 10),
    'session-seconds': draw.one(43_200, 3_600, 900),
    'dry-run': draw.one('permission', 'permission', 'everything'),
    'delete-associated-snapshots': draw.one('supported', 'refused'),
    'failed-copy-snapshots': draw.one('listed', 'unlisted'),
    'cancelled-copy-snapshots': draw.one('error', 'completed'),
  };
}

/** What goes wrong now and then. */
function drawFaults(draw: Draw): readonly object[] {
  const often = (action: string, effect: string, probability: number, more: object = {}) => ({
    ...{ action, do: effect, probability },
    ...more,
  });
  const usual = draw.chance(0.6)
    ? [
        often('*', 'throttle', draw.one(0, 0.03, 0.1)),
        often('*', 'server-error', draw.one(0, 0.03)),
        often('*', 'reset-before', draw.one(0, 0.03)),
        often('*', 'reset-after', draw.one(0, 0.03, 0.1)),
        often('ec2:*', 'expired-token', draw.one(0, 0.01)),
        often('*', 'silent', draw.one(0, 0.003)),
        often('*', 'delay', draw.one(0, 0.05), { milliseconds: draw.one(300, 5_000) }),
      ]
    : [];
  return [
    ...usual,
    ...draw.maybe(0.3, () => often('ec2:CopyImage', 'reset-after', draw.one(0.3, 0.8))),
    ...draw.maybe(0.35, () => often('ec2:CopyImage', 'fail-copy', draw.one(0.2, 0.5, 0.9))),
    ...draw.maybe(0.1, () => often('ec2:DeregisterImage', 'reset-after', 0.5)),
    ...draw.maybe(0.1, () => often('ec2:DeregisterImage/snapshot', 'server-error', 0.5)),
    ...draw.maybe(0.1, () => often('ec2:DeleteSnapshot', draw.one('server-error', 'access-denied'), 0.3)),
    ...draw.maybe(0.1, () =>
      often('ec2:ModifyImageAttribute', draw.one('reset-after', 'access-denied'), 0.3),
    ),
    ...draw.maybe(0.1, () => often('ec2:CreateTags', draw.one('reset-after', 'access-denied'), 0.3)),
  ].filter(({ probability }) => probability > 0);
}
