/** How long AWS may answer with what was there before a write, in milliseconds. */
export const writeLagMs = 60_000;
