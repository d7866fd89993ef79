/**
 * An error as data: what was tried where, what AWS said, what that means, and what to do about it.
 * Secrets never get here: messages come from AWS's answers or from us, never from a request.
 */
export interface Failure {
  /** `account/region` or another name of the place; empty when it concerns the whole step. */
  readonly where: string;
  /** The AWS action (`ec2:CopyImage`) or the check that failed. */
  readonly action: string;
  /** AWS's code, or one of ours in CamelCase. Decisions are made on this, never on texts. */
  readonly code: string;
  readonly requestId?: string | undefined;
  /** What it means, in a sentence. Never holds a credential. */
  readonly meaning: string;
  /** What to do about it, and who must do it where that is not the reader, in a sentence. */
  readonly cure: string;
  /** What does it, ready to be pasted. */
  readonly paste?: Paste | undefined;
  readonly kind: FailureKind;
  /**
   * Which policy AWS says denies, where it does: the role's own, that of the resource, or one above the role. It may make
   * a denial more serious, never less.
   */
  readonly deniedBy?: 'role' | 'resource' | 'above' | undefined;
}

/** A command, or a policy statement with the policy that it goes into. */
export interface Paste {
  readonly text: string;
  /** Undefined for a command. */
  readonly into?: PolicyOf | undefined;
}

/** Whose policy: its ARN, as far as that is known. */
export interface PolicyOf {
  readonly kind: 'role' | 'trust' | 'key' | 'parameter';
  readonly arn: string | undefined;
}

/** What can be done about a failure: only `throttle` and `transient` are worth the same call again. */
export type FailureKind =
  | 'permission'
  | 'expired'
  | 'precondition'
  | 'quota'
  | 'throttle'
  | 'transient'
  | 'conflict'
  | 'permanent'
  | 'interrupted';

/** The one error that crosses rooms: a failure, with what caused it kept for the debug log. */
export class Failed extends Error {
  readonly failure: Failure;
  /** What failed beside it, where several things were asked for together. */
  readonly others: readonly Failure[];
  /** What came of earlier tries of the same call: one that was never answered may have had its effect. */
  readonly tries: readonly Failure[];

  constructor(
    failure: Failure,
    options: ErrorOptions & {
      readonly others?: readonly Failure[];
      readonly tries?: readonly Failure[];
    } = {},
  ) {
    super(`${failure.action}: ${failure.code}: ${failure.meaning}`, options);
    this.name = 'Failed';
    this.failure = failure;
    this.others = options.others ?? [];
    this.tries = options.tries ?? [];
  }

  /** Whether the call may have had its effect all the same: a try of it was never answered. */
  get mayHaveHappened(): boolean {
    return [this.failure, ...this.tries].some(({ kind }) => kind === 'transient');
  }
}

/** Whether it is something that failed, and neither a defect nor a cancellation. */
export function isFailure(error: unknown): error is Failed {
  return error instanceof Failed && error.failure.kind !== 'interrupted';
}

/** What ends everything that is under way when the step is cancelled. */
export const interrupted: Failure = {
  where: '',
  action: 'signal',
  code: 'Interrupted',
  kind: 'interrupted',
  meaning: 'The step was cancelled before this target was decided.',
  cure: 'A copy that was started goes on by itself. Run the step again: it finds the copy and makes no second one.',
};

/** What an error tells as failures; one that is no failure of AWS's or of a user is a mistake of ours. */
export function failuresIn(error: unknown): readonly [Failure, ...Failure[]] {
  return error instanceof Failed ? [error.failure, ...error.others] : [defectIn(error)];
}

function defectIn(error: unknown): Failure {
  return {
    where: '',
    action: 'promote-ami',
    code: 'Defect',
    kind: 'permanent',
    meaning: `The action met something that it should not: ${error instanceof Error ? error.message : error}.`,
    cure: 'Please report it, with the debug log of a second run (enable debug logging). What is there already is found by the next run.',
  };
}
