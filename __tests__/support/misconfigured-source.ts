import type { SimulatedImage, World } from '../../simulator/world.ts';
import { ranks } from './denials.ts';
import { isInPlace, spotsOf } from './drafts.ts';
import { change, type Row } from './misconfiguration.ts';
import { home, keyArnOf, prod, sourceId, sourceRegion, sourceSnapshots, staging } from './organization.ts';

const sourceKeyOff: Row = (draft, _spot, chance) => {
  const state = chance.pick(['Disabled', 'PendingDeletion']);
  return {
    name: `the source key is ${state}`,
    slots: ['source key'],
    spoil: (world) => change(world.keys, keyArnOf(home, sourceRegion), { state }),
    effectAt: (spot) => {
      const copied = !isInPlace(draft, spot);
      if (!copied && draft.encrypted && draft.sharing === 'snapshots') {
        return { rank: ranks.later, code: 'AuthFailure' };
      }
      const isTargets = spot.account === home && spot.region === sourceRegion && draft.key !== 'none';
      return copied && draft.encrypted
        ? { rank: ranks.refusal, code: 'SourceKeyNotUsable' }
        : copied && isTargets
          ? { rank: ranks.refusal, code: 'KeyNotUsable' }
          : undefined;
    },
  };
};

const sourceKeyShut: Row = (draft, _spot, chance) => {
  const puller = chance.pick([prod, staging]);
  return {
    name: `the source key's policy leaves ${puller} out`,
    slots: ['source key'],
    spoil: (world) => {
      const key = world.keys.get(keyArnOf(home, sourceRegion));
      change(world.keys, keyArnOf(home, sourceRegion), {
        policies: key?.policies.filter((one) => !saysOf(one, puller)) ?? [],
      });
    },
    effectAt: (spot) =>
      spot.account === puller && draft.encrypted
        ? { rank: ranks.refusal, code: 'SourceKeyNotReadable' }
        : undefined,
  };
};

function saysOf(policy: object, account: string): boolean {
  return JSON.stringify(policy).includes(`:${account}:`);
}

const soldSource: Row = (draft, _spot, chance) => {
  const isSold = chance.once(2);
  const windows = { platformDetails: 'Windows', usageOperation: 'RunInstances:0002' };
  return {
    name: `a source ${isSold ? 'of the Marketplace' : 'with billing codes'}`,
    slots: ['sold'],
    spoil: (world) =>
      changeSource(world, (image) =>
        isSold
          ? { productCodes: ['abcdefghijklmnopqrstuvwxy'] }
          : { billed: true, attributes: { ...image.attributes, ...windows } },
      ),
    effectAt: (spot) =>
      spot.account === home
        ? undefined
        : { rank: ranks.refusal, code: isSold ? 'MarketplaceCannotBePulled' : 'BilledCannotBePulled' },
    alsoAt: () =>
      isSold && draft.sharing === 'everyone'
        ? { rank: ranks.refusal, code: 'MarketplaceCannotBePublic' }
        : undefined,
  };
};

const watermarked: Row = (draft) => ({
  name: 'a watermark',
  slots: ['watermark'],
  spoil: (world) =>
    changeSource(world, ({ id, created }) => ({
      watermarks: [
        {
          key: `${home}:hardened`,
          region: sourceRegion,
          imageId: id,
          imageCreated: created,
          attached: created,
        },
      ],
    })),
  effectAt: () =>
    draft.sharing === 'everyone' ? { rank: ranks.refusal, code: 'WatermarkedCannotBePublic' } : undefined,
});

const oldSource: Row = () => ({
  name: 'a deprecated source',
  slots: ['deprecated'],
  spoil: (world) => changeSource(world, ({ created }) => ({ deprecated: created + 1000 })),
  effectAt: () => undefined,
});

const goneSource: Row = (draft, _spot, chance) => {
  const places = spotsOf(draft);
  const state = places.some((spot) => isInPlace(draft, spot))
    ? 'deregistered'
    : chance.pick(['deregistered', 'disabled', 'failed'] as const);
  const isGone = state === 'deregistered';
  return {
    name: `a source that is ${state}`,
    slots: ['source state'],
    spoil: (world) => changeSource(world, () => ({ state })),
    effectAt: () =>
      isGone
        ? { rank: ranks.source, code: 'SourceNotFound' }
        : { rank: state === 'failed' ? ranks.failedSource : ranks.refusal, code: 'SourceNotAvailable' },
  };
};

const tooLarge: Row = (draft) => ({
  name: '2000 GiB in the first snapshot',
  slots: ['size'],
  spoil: (world) => change(world.snapshots, sourceSnapshots[0], { sizeGiB: 2000, fullSizeGiB: 2000 }),
  effectAt: (spot) =>
    draft.minutes === undefined || isInPlace(draft, spot)
      ? undefined
      : { rank: ranks.refusal, code: 'CompletionTooShort' },
});

function changeSource(world: World, over: (image: SimulatedImage) => Partial<SimulatedImage>): void {
  const image = world.images.get(sourceId);
  if (image !== undefined) {
    world.images.set(sourceId, { ...image, ...over(image) });
  }
}

/** What may be wrong with the source image and its key. */
export const ofSource: readonly Row[] = [
  sourceKeyOff,
  sourceKeyShut,
  soldSource,
  watermarked,
  oldSource,
  goneSource,
  tooLarge,
];
