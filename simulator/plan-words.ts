/** Changes of AWS in words, so that those of a plan and those of a record can be compared. */

export function copied(place: string, copy: Readonly<Record<string, unknown>>): string {
  return `${place}: copy ${JSON.stringify(sorted(copy))}`;
}

export function shared(place: string, id: string, principal: string): string {
  return `${place}: share ${id} with ${principal}`;
}

export function unshared(place: string, id: string, principal: string): string {
  return `${place}: no longer share ${id} with ${principal}`;
}

export function removed(place: string, id: string): string {
  return `${place}: remove ${id}`;
}

export function tagged(place: string, id: string, key: string, value: string): string {
  return `${place}: tag ${id} ${key}=${value}`;
}

export function untagged(place: string, id: string, key: string, value: string): string {
  return `${place}: untag ${id} ${key}=${value}`;
}

export function noted(place: string, imageId: string): string {
  return `${place}: note on ${imageId} to whom it is opened`;
}

export function imdsRequired(place: string, imageId: string): string {
  return `${place}: require IMDSv2 of ${imageId}`;
}

export function sorted(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
