import type { Key } from '../model/image.ts';
import type { Observation } from '../model/observation.ts';
import type { Target } from '../model/promotion.ts';
import type { Reason } from './refusal.ts';

/** Why what a target would hold could never be shared as wanted: known before it is copied. */
export function unshareable(target: Target, seen: Observation): readonly Reason[] {
  if (target.consumers.length === 0) {
    return [];
  }
  const managed = seen.key?.manager === 'AWS' ? [managedKeyCannotBeShared(seen.key)] : [];
  return becomesPublic(target) ? [...managed, ...neverPublic(target, seen)] : managed;
}

/** Whether everyone may launch the image. */
export function becomesPublic({ consumers }: Target): boolean {
  return consumers.some(({ kind }) => kind === 'everyone');
}

/** AWS: images and snapshots under an AWS-managed key can never be shared. */
function managedKeyCannotBeShared(key: Key): Reason {
  return {
    code: 'ManagedKeyCannotBeShared',
    meaning: `${key.arn} is managed by AWS, and an image under such a key can never be shared.`,
    cure: 'Name a customer-managed key in kms-key or targets-file (or make one the EBS default key of that Region), and let the consumers use it in its key policy.',
  };
}

/** AWS: what is encrypted, sold on the Marketplace or watermarked is never public, nor is anything while it is blocked. */
function neverPublic(target: Target, seen: Observation): readonly Reason[] {
  const { image, snapshots } = target.source;
  const isMarketplace = image.productCodes.some(({ type }) => type === 'marketplace');
  const isEncrypted =
    seen.key !== undefined ||
    seen.keyProblem !== undefined ||
    snapshots.some((snapshot) => snapshot.encrypted);
  const { publicSharing } = seen.facts;
  return [
    ...(isEncrypted
      ? [
          {
            code: 'EncryptedCannotBePublic',
            meaning: 'The image would be encrypted, and an encrypted image can never be public.',
            cure: 'Set public: false and name the consumers in share-with, or promote an unencrypted source with kms-key: none.',
          },
        ]
      : []),
    ...(isMarketplace
      ? [
          {
            code: 'MarketplaceCannotBePublic',
            meaning: `${image.id} carries a product code of the AWS Marketplace, and such an image can never be public.`,
            cure: 'Set public: false and name the consumers in share-with.',
          },
        ]
      : []),
    ...(image.watermarks.length > 0
      ? [
          {
            code: 'WatermarkedCannotBePublic',
            meaning: `${image.id} carries the watermark ${image.watermarks.join(', ')}, which its copies inherit, and such an image can never be public.`,
            cure: 'Set public: false and name the consumers in share-with, or promote an image without a watermark.',
          },
        ]
      : []),
    ...(publicSharing !== undefined && 'value' in publicSharing && publicSharing.value === 'blocked'
      ? [
          {
            code: 'PublicSharingBlocked',
            meaning:
              'Block public access for AMIs is on in that account and Region, so no image there can become public.',
            cure: `An administrator of ${target.owner.name} lifts it, if the organization wants that (it may be managed by a declarative policy), or set public: false.`,
            paste: { text: `aws ec2 disable-image-block-public-access --region ${target.region}` },
          },
        ]
      : []),
  ];
}
