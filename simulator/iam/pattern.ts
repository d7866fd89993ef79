/**
 * Whether a text matches a pattern of IAM: `*` stands for any run of characters, also none, `?` for exactly one.
 * Both are compared as they are, so callers lower-case what IAM compares without regard to case (actions).
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') {
    p++;
  }
  return p === pattern.length;
}

/**
 * Whether an ARN matches a pattern part by part, so that no wildcard reaches over a colon into the next part;
 * only the sixth part, the resource, may hold colons itself. `*` alone matches everything.
 * IAM lets a wildcard at a part's end reach further; a pattern that relies on it fails here, which is stricter.
 */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') {
    return true;
  }
  const wanted = arnParts(pattern);
  const found = arnParts(arn);
  if (wanted === undefined || found === undefined) {
    return false;
  }
  return wanted.every((part, index) => matchesPattern(part, found[index] ?? ''));
}

/** The six parts of an ARN (arn, partition, service, Region, account, resource), or undefined if it is none. */
export function arnParts(text: string): readonly string[] | undefined {
  const parts = text.split(':');
  if (parts[0] !== 'arn' || parts.length < 6) {
    return undefined;
  }
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
