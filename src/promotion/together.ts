import { Failed, type Failure, isFailure } from '../model/failure.ts';

/**
 * All answers, once each question is answered. Where some failed, one `Failed` with all that went wrong, so that
 * nobody mends one thing only to learn of the next; a defect or a cancellation is raised as it is.
 */
export async function together<const T extends readonly unknown[]>(
  asked: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(asked);
  const reasons = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  const other = reasons.find((reason) => !isFailure(reason));
  if (other !== undefined) {
    throw other;
  }
  const [first, ...others] = distinctFailures(
    reasons.filter(isFailure).flatMap(({ failure, others }) => [failure, ...others]),
  );
  if (first !== undefined) {
    throw new Failed(first, { others, cause: reasons[0] });
  }
  return Promise.all(asked);
}

/** Ends when all have ended, also when a defect ends one; then that is raised. */
export async function everyOne(works: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(works);
  await Promise.all(works);
}

/** Each failure once, in order: calls that shared a session share its failure. */
export function distinctFailures(failures: readonly Failure[]): readonly Failure[] {
  const byWords = Map.groupBy(failures, ({ where, action, code, meaning }) =>
    JSON.stringify([where, action, code, meaning]),
  );
  return [...byWords.values()].flatMap(([first]) => first ?? []);
}
