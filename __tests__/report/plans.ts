import type { Failure } from '../../src/model/failure.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Plan, PlannedWrite, PlanTarget } from '../../src/model/plan.ts';
import { accounts, keyArn, snapshot, sourceId } from '../support/builders.ts';
import { failure, skipped } from '../support/outcomes.ts';

/** A plan of one source image, `web`. */
export function plan(targets: readonly PlanTarget[], over: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    converged: false,
    sources: [
      {
        key: 'web',
        origin: `${accounts.home}/us-east-1/${sourceId}`,
        id: sourceId,
        account: accounts.home,
        region: 'us-east-1',
        name: 'web-2026-11-20',
        architecture: 'x86_64',
        sizeGiB: 8,
      },
    ],
    targets,
    ...over,
  };
}

/** A required target of a plan: `web` would be copied into prod in eu-west-1, and nothing is there. */
export function planTarget(over: Partial<PlanTarget> = {}): PlanTarget {
  return {
    image: 'web',
    source: sourceId,
    owner: 'prod',
    account: accounts.prod,
    region: 'eu-west-1',
    required: true,
    key: 'alias/ami',
    state: 'change',
    imageId: null,
    writes: [copying()],
    problems: [],
    warnings: [],
    ...over,
  };
}

/** A copy of 8 GiB under a named key. */
export function copying(over: Partial<Extract<PlannedWrite, { kind: 'copy-image' }>> = {}): PlannedWrite {
  return {
    kind: 'copy-image',
    imageId: sourceId,
    fromRegion: 'us-east-1',
    name: 'web-2026-11-20',
    description: 'web, promoted',
    keyArn,
    completionMinutes: null,
    sizeGiB: 8,
    imageTags: { team: 'blue', 'promote-ami:run': '{run}' },
    snapshotTags: { team: 'blue' },
    ...over,
  };
}

/** Opens the source image and its snapshot to prod. */
export function opening(account: string = accounts.prod): PlannedWrite {
  return { kind: 'open-source', imageId: sourceId, snapshotIds: [snapshot().id], account };
}

/** A target that a promotion would write, as the result of a plan holds it. */
export function planned(over: Partial<Failure> = {}): Outcome {
  return skipped({
    failure: failure({
      code: 'Planned',
      action: 'plan',
      requestId: undefined,
      kind: 'precondition',
      meaning: 'A promotion would copy it.',
      cure: 'Promote with the same inputs.',
      ...over,
    }),
  });
}
