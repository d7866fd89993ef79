/** Whether the account itself decides a setting, or its organization does. */
export type ManagedBy = 'account' | 'declarative-policy';

/** Which images of other accounts an account may discover and use in a Region. */
export interface AllowedImages {
  readonly state: 'disabled' | 'audit-mode' | 'enabled';
  readonly managedBy: ManagedBy;
  /** An image is allowed if any of them fits. */
  readonly criteria: readonly ImageCriterion[];
}

/** All that is given must fit. */
export interface ImageCriterion {
  /** Account ids, aliases of AWS, or `none`. */
  readonly providers: readonly string[] | undefined;
  /** With the wildcards `*` and `?`. */
  readonly names: readonly string[] | undefined;
  readonly productCodes: readonly string[] | undefined;
  readonly createdWithinDays: number | undefined;
  /** Days since its deprecation; an image that is not deprecated always fits. */
  readonly deprecatedWithinDays: number | undefined;
  readonly watermarks: readonly WatermarkFilter[] | undefined;
}

/** All that is given must fit the same watermark. */
export interface WatermarkFilter {
  /** With the wildcards `*` and `?`, as is the Region. */
  readonly key: string | undefined;
  readonly region: string | undefined;
  readonly sourceCreatedWithinDays: number | undefined;
  readonly attachedWithinDays: number | undefined;
}
