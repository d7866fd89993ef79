import type { Difference } from '../model/difference.ts';
import type { Observation } from '../model/observation.ts';
import { actorOf, type Target } from '../model/promotion.ts';
import { refusal } from './refusal.ts';
import { isDead } from './selection.ts';

/** The chosen image can be launched; on its way is a reason to wait, anything else is final. */
export function available(target: Target, seen: Observation): readonly Difference[] {
  if (seen.chosen === undefined || seen.chosen.image.state === 'available') {
    return [];
  }
  const { image, snapshots, inPlace } = seen.chosen;
  const facts = { wanted: 'available', found: image.state };
  if (image.state === 'disabled') {
    return [
      refusal(target, 'available', facts, {
        code: 'ImageDisabled',
        meaning: `${image.id} is ${inPlace ? 'the source image itself' : 'the copy'}, and somebody disabled it.`,
        cure: `Enable it (aws ec2 enable-image --region ${target.region} --image-id ${image.id})${inPlace ? '' : ', or deregister it so that a new copy is made'}.`,
      }),
    ];
  }
  if (!isDead(image)) {
    return [{ aspect: 'available', ...facts, mend: { kind: 'wait' } }];
  }
  const reasons = [
    image.stateReason,
    ...snapshots.map((snapshot) =>
      snapshot.state === 'error' ? `${snapshot.id}: ${snapshot.stateMessage ?? 'error'}` : undefined,
    ),
  ].filter((reason) => reason !== undefined);
  const said = reasons.length === 0 ? 'AWS gives no reason.' : `AWS says: ${reasons.join('; ')}.`;
  return [
    refusal(target, 'available', facts, {
      code: 'CopyFailed',
      kind: 'permanent',
      meaning: `The copy ${image.id} ended as ${image.state}. ${said}`,
      cure: keyCure(target, seen),
    }),
  ];
}

/** AWS tests keys only after it accepted a copy, so a failed one mostly means a key that may not be used. */
function keyCure(target: Target, seen: Observation): string {
  const sourceKeys = new Set(target.source.snapshots.flatMap((snapshot) => snapshot.keyArn ?? []));
  const needs = [
    ...[...sourceKeys].map((arn) => needOf(arn, 'kms:Decrypt, kms:ReEncryptFrom')),
    ...(seen.key === undefined
      ? []
      : [needOf(seen.key.arn, 'kms:GenerateDataKeyWithoutPlaintext, kms:ReEncryptTo')]),
  ];
  const again = 'Then run the step again: the next attempt is a new copy.';
  return needs.length === 0
    ? 'Run the step again: the next attempt is a new copy.'
    : `Look at the keys first. ${actorOf(target.owner)} needs ${needs.join('; and ')}: by its own policy, and by the key's where that belongs to another account (iam/source-key-policy-statements.json). ${again}`;
}

function needOf(keyArn: string, actions: string): string {
  return `kms:DescribeKey, kms:CreateGrant, ${actions} on ${keyArn}`;
}
