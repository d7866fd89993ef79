import type { Principal } from '../model/image.ts';
import type { Placement } from '../model/promotion.ts';
import type { Named } from './accounts.ts';
import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read } from './read.ts';
import { readSwitch } from './switches.ts';
import type { AccountRefinement, Refinements } from './targets.ts';

/** Whether the accounts among the consumers get the snapshots too; AWS knows no organizations there. */
export function readShareSnapshots(
  given: Given,
  shareWith: Read<readonly Principal[]>,
  refinements: Read<Refinements>,
): Read<boolean> {
  const { value, faults } = readSwitch('share-snapshots', given);
  const isKnown = shareWith.faults.length === 0 && refinements.faults.length === 0;
  const lists = [...(refinements.value?.values() ?? [])].flatMap(listsOf);
  const consumers = [...(shareWith.value ?? []), ...lists];
  const isVain = isKnown && !consumers.some(({ kind }) => kind === 'account');
  return value === true && isVain
    ? read(value, [
        fault('share-snapshots', 'true', {
          problem:
            'shares with nobody, because snapshots are shared with accounts only and share-with names none',
          right: 'name account ids in share-with, or leave share-snapshots out',
        }),
      ])
    : { value, faults };
}

/** Whether everyone may launch the images. */
export function readPublic(
  given: Given,
  owners: readonly Named[],
  placements: readonly Placement[],
): Read<boolean> {
  const { value, faults } = readSwitch('public', given);
  if (value !== true) {
    return { value, faults };
  }
  const encrypted = placements.filter(({ key }) => key.kind !== 'none');
  const regions = [...new Set(encrypted.map(({ region }) => region))];
  const twins = {
    problem: `would show everyone ${owners.length} equal images, one of each account in accounts`,
    right: 'make images public from exactly one account, in a step of its own',
  };
  const secret = {
    problem: `meets a kms-key in ${regions.join(', ')}, and an encrypted image can never be public`,
    right: 'write kms-key: none, or leave public out',
  };
  return read(value, [
    ...(owners.length > 1 ? [fault('public', 'true', twins)] : []),
    ...(regions.length > 0 ? [fault('public', 'true', secret)] : []),
  ]);
}

/** Everyone, as a consumer. */
export const everyone: Principal = { kind: 'everyone', id: 'all' };

function listsOf(refinement: AccountRefinement): readonly Principal[] {
  return [refinement, ...refinement.regions.values()].flatMap(({ consumers }) => consumers?.list ?? []);
}
