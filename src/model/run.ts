/** The workflow run that this process belongs to. */
export interface Run {
  /** `owner/repository/run-id/attempt`: the value of the tag `promote-ami:run`. */
  readonly id: string;
  /** 8 hexadecimal digits: this process, among all that one run starts side by side. */
  readonly process: string;
  readonly repository: string;
  readonly runId: string;
  readonly attempt: string;
  readonly sha: string;
  /** The page of this run, for summary and description. */
  readonly url: string;
}
