/** Where a resource is: the account that owns it and its Region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}
