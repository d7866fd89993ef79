/** Where the work stands. */
export interface Standing {
  readonly total: number;
  /** How many targets are in each state; those not decided are `under way`, or `waiting` at a gate. */
  readonly byState: Readonly<Record<string, number>>;
  /** 0 … 100, of the snapshots under way; undefined while there are none. */
  readonly meanProgressPercent: number | undefined;
  readonly elapsedMs: number;
}
