/** What GitHub shows of a step beside a commit. */
export interface CommitStatus {
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  /** One line of at most 140 characters: GitHub refuses more. */
  readonly description: string;
}
