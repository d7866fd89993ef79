import type { AspectName, Difference } from '../model/difference.ts';
import type { FailureKind, Paste } from '../model/failure.ts';
import { type Target, whereOf } from '../model/promotion.ts';

/** What a refusal says beside wanted and found. */
export interface Reason {
  readonly code: string;
  readonly meaning: string;
  readonly cure: string;
  readonly kind?: FailureKind;
  /** `account/region` where it is not the target's own. */
  readonly where?: string;
  readonly paste?: Paste | undefined;
  /** Where AWS said no itself. */
  readonly requestId?: string | undefined;
}

/** A difference that no write can mend, with the failure that the user reads. */
export function refusal(
  target: Target,
  aspect: AspectName,
  found: { readonly wanted: string; readonly found: string },
  reason: Reason,
): Difference {
  return {
    aspect,
    ...found,
    mend: {
      kind: 'never',
      failure: {
        where: reason.where ?? whereOf(target),
        action: `check: ${aspect}`,
        code: reason.code,
        requestId: reason.requestId,
        meaning: reason.meaning,
        cure: reason.cure,
        paste: reason.paste,
        kind: reason.kind ?? 'precondition',
      },
    },
  };
}
