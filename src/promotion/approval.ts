import { differsFrom, planned, plannedWrites, uncovered } from '../aspects/plan.ts';
import type { Write } from '../model/difference.ts';
import { Failed, type Failure } from '../model/failure.ts';
import { asOrigin } from '../model/origin.ts';
import type { ApprovedPlan, PlannedWrite } from '../model/plan.ts';
import { wordsOfWrites } from '../model/plan-words.ts';
import { keyText, type SourceImage, type Target, whereOf } from '../model/promotion.ts';
import type { Work } from './work.ts';

/** What an approved plan permits; without one, everything that the promotion asks for. */
export class Approval {
  readonly #plan: ApprovedPlan | undefined;

  constructor(plan: ApprovedPlan | undefined) {
    this.#plan = plan;
  }

  /** Raises `Failed` unless the plan was made for exactly these source images. */
  checkSources(sources: readonly SourceImage[]): void {
    if (this.#plan === undefined) {
      return;
    }
    const wanted = sources.map(({ image }) => asOrigin(image)).sort();
    const approved = this.#plan.sources.map(asOrigin).sort();
    if (wanted.join() !== approved.join()) {
      throw new Failed({
        where: '',
        action: 'check: approved-plan',
        code: 'PlanOfOtherSources',
        kind: 'precondition',
        meaning: `The approved plan is for ${approved.join(', ')}, and this promotion is for ${wanted.join(', ')}.`,
        cure: 'Make a plan with the same inputs (mode: plan), have it approved, and hand that one over.',
      });
    }
  }

  /**
   * Whether the plan has all writes that are due; what it lacks is noted to be in the way of its target. Tidying up
   * that is not in it is merely left out.
   */
  checkWrites(works: readonly Work[]): boolean {
    const refusals = works
      .filter(({ problems }) => problems.length === 0)
      .flatMap((work) => {
        const { target, seen, differences } = work;
        const writes = seen === undefined ? [] : plannedWrites(target, seen, differences);
        const due = writes.filter(({ kind }) => kind !== 'remove-failed-copy');
        const refusal = this.refusalOf(target, due);
        work.meets(refusal === undefined ? [] : [refusal]);
        return refusal ?? [];
      });
    return refusals.length === 0;
  }

  /** Why writes may not be made for a target; undefined when each of them is in the plan. */
  refusalOf(target: Target, writes: readonly PlannedWrite[]): Failure | undefined {
    const approved = this.#plan?.targets.find(
      ({ source, account, region }) =>
        source === target.source.image.id && account === target.owner.id && region === target.region,
    );
    if (this.#plan === undefined || writes.length === 0) {
      return undefined;
    }
    const extra = uncovered(target, writes, approved?.writes ?? []);
    const place = whereOf(target);
    const meaning = [
      ...lacking(extra, approved?.writes ?? [], place),
      ...otherwise(extra, approved?.writes ?? []),
      // A copy that is there already names no key: without this, one under another key could be shared.
      ...(approved === undefined || approved.key === keyText(target.key)
        ? []
        : [`The kms-key is ${keyText(target.key)} where ${approved.key} is approved.`]),
    ].join(' ');
    return meaning === ''
      ? undefined
      : {
          where: place,
          action: 'check: approved-plan',
          code: 'NotInPlan',
          kind: 'precondition',
          meaning,
          cure: 'Nothing outside the plan is written. Make a new plan with the same inputs (mode: plan), look at what changed, and have it approved.',
        };
  }

  /** Raises `Failed` unless a write that is about to be made is in the plan. */
  permit(target: Target, writes: readonly Write[]): void {
    const refusal = this.refusalOf(
      target,
      writes.map((write) => planned(target, write)),
    );
    if (refusal !== undefined) {
      throw new Failed(refusal);
    }
  }
}

/** Writes of kinds that a plan does not have for a place, in its words. */
function lacking(
  extra: readonly PlannedWrite[],
  approved: readonly PlannedWrite[],
  place: string,
): readonly string[] {
  const some = extra.filter(({ kind }) => !approved.some((one) => one.kind === kind));
  // What is only written if the copy needs it says so where there is nothing else to say.
  const words = wordsOfWrites(some).join(', ') || 'require IMDSv2';
  const what = approved.length === 0 ? 'has nothing' : 'does not have this';
  return some.length === 0 ? [] : [`The approved plan ${what} for ${place}: ${words}.`];
}

/** Writes beside the approved ones of their kinds. */
function otherwise(extra: readonly PlannedWrite[], approved: readonly PlannedWrite[]): readonly string[] {
  const said = extra.flatMap((write) => {
    const twin = approved.find(({ kind }) => kind === write.kind);
    return twin === undefined ? [] : [against(write, twin)];
  });
  return said.length === 0 ? [] : [`The approved plan has it otherwise: ${said.join('; ')}.`];
}

function against(write: PlannedWrite, twin: PlannedWrite): string {
  const [now, then] = [write, twin].map((one) => wordsOfWrites([one]).join(', '));
  return now === then || write.kind === 'copy-image' || write.kind === 'set-tags'
    ? `${now || 'require IMDSv2'} with ${differsFrom(write, twin).join(', ')}`
    : `${now} where ${then} is approved`;
}
