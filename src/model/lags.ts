/** How long AWS may not show what was just made or opened, or not know what it has just shown. */
export const visibilityLagMs = 5 * 60_000;

/** How long AWS may answer with what was there before a write. */
export const writeLagMs = 60_000;
