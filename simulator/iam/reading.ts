/** What is wrong in a policy; parsePolicy puts the policy's name before it. */
export class PolicyFault extends Error {}

/** The members of a JSON object by name; throws a PolicyFault for anything else, and for a name not in `known`. */
export function members(
  json: unknown,
  where: string,
  known?: readonly string[],
): ReadonlyMap<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new PolicyFault(`${where} must be an object, not ${JSON.stringify(json)}`);
  }
  const found = new Map<string, unknown>(Object.entries(json));
  for (const name of found.keys()) {
    if (known !== undefined && !known.includes(name)) {
      throw new PolicyFault(`${where} has an unknown element ${name} (known: ${known.join(', ')})`);
    }
  }
  return found;
}

/** A string, or a list of at least one string, as a list; everything else throws a PolicyFault. */
export function strings(json: unknown, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (list.length === 0) {
    throw new PolicyFault(`${where} is an empty list`);
  }
  return list.map((item) => {
    if (typeof item !== 'string' || item === '') {
      throw new PolicyFault(`${where} must be a string that is not empty, not ${JSON.stringify(item)}`);
    }
    return item;
  });
}
