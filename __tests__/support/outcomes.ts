import type { Difference } from '../../src/model/difference.ts';
import type { Failure } from '../../src/model/failure.ts';
import {
  type How,
  nothingYet,
  type Opened,
  type Outcome,
  type Promoted,
  type Result,
} from '../../src/model/outcome.ts';
import { accounts, copiedSnapshot, copyId, snapshot, sourceId, target } from './builders.ts';

/** A permission that is missing, found in preflight. */
export function failure(over: Partial<Failure> = {}): Failure {
  return {
    where: `${accounts.prod}/eu-west-1`,
    action: 'ec2:CopyImage',
    code: 'UnauthorizedOperation',
    requestId: '59dbff89-35bd-4eac-99ed-be587example',
    meaning: 'The role may not copy images.',
    cure: 'Allow ec2:CopyImage in the role.',
    kind: 'permission',
    ...over,
  };
}

/** A difference that is only said: the volume type did not survive the copy. */
export function warning(over: Partial<Difference> = {}): Difference {
  const says = `${copyId} has gp2 where its source has gp3.`;
  return { aspect: 'equal', wanted: 'gp3', found: 'gp2', mend: { kind: 'warning', says }, ...over };
}

type Common = Partial<Pick<Outcome, 'target' | 'started' | 'ended' | 'differences'>>;

/** A target that this run brought to its image, after 12 minutes and 5 seconds. */
export function promoted(over: Common & { readonly how?: How; readonly image?: Promoted } = {}): Outcome {
  return { ...common(over), state: 'promoted', how: over.how ?? 'copied', image: over.image ?? verified() };
}

/** A target that was as wanted when the run looked. */
export function unchanged(over: Common & { readonly image?: Promoted } = {}): Outcome {
  return { ...common(over), state: 'unchanged', image: over.image ?? verified() };
}

/** A target whose copy is on its way still. */
export function pending(
  over: Common & { readonly how?: How; readonly imageId?: string; readonly failure?: Failure } = {},
): Outcome {
  return {
    ...common(over),
    state: 'pending',
    how: over.how ?? 'copied',
    imageId: over.imageId ?? copyId,
    failure:
      over.failure ??
      failure({
        code: 'StillPending',
        requestId: undefined,
        meaning: 'The copy is not available yet.',
        cure: 'Run the step again: it goes on.',
        kind: 'transient',
      }),
  };
}

export function failed(
  over: Common & {
    readonly imageId?: string;
    readonly failure?: Failure;
    readonly others?: readonly Failure[];
    readonly there?: Promoted;
  } = {},
): Outcome {
  return {
    ...common(over),
    state: 'failed',
    imageId: over.imageId,
    failure: over.failure ?? failure(),
    others: over.others ?? [],
    there: over.there,
  };
}

export function skipped(over: Common & { readonly failure?: Failure } = {}): Outcome {
  return { ...common(over), state: 'skipped', failure: over.failure ?? failure() };
}

/** The image that a final read saw at a target. */
export function verified(over: Partial<Promoted> = {}): Promoted {
  return { id: copyId, inPlace: false, snapshots: [copiedSnapshot()], sharedWith: [], ...over };
}

export function opened(over: Partial<Opened> = {}): Opened {
  return {
    imageId: sourceId,
    snapshotIds: [snapshot().id],
    note: {},
    region: 'us-east-1',
    accounts: [accounts.prod],
    state: 'open',
    leftToOthers: [],
    failure: undefined,
    ...over,
  };
}

/** A step that worked on its targets to the end. */
export function result(outcomes: readonly Outcome[], over: Partial<Result> = {}): Result {
  return {
    ...nothingYet,
    outcomes,
    ...over,
  };
}

function common(over: Common): Pick<Outcome, 'target' | 'started' | 'ended' | 'differences'> {
  const started = over.started ?? Date.UTC(2026, 10, 21, 9);
  return {
    target: over.target ?? target(),
    started,
    ended: over.ended ?? started + 725_000,
    differences: over.differences ?? [],
  };
}
