import type { Call } from '../../call.ts';

/** The condition keys that AWS knows of an image or snapshot: its owner and, for the owner's requests, its tags. */
export function resourceContext(
  call: Call,
  resource: { readonly account: string; readonly tags: ReadonlyMap<string, string> } | undefined,
): Record<string, readonly string[]> {
  if (resource === undefined) {
    return {};
  }
  const own = resource.account === call.caller.account;
  return {
    'ec2:owner': [resource.account],
    'aws:resourceaccount': [resource.account],
    ...Object.fromEntries(
      (own ? [...resource.tags] : []).flatMap(([key, value]) => [
        [`aws:resourcetag/${key}`, [value]],
        [`ec2:resourcetag/${key}`, [value]],
      ]),
    ),
  };
}

/** The condition keys that describe tags in a request. */
export function requestTags(tags: ReadonlyMap<string, string>): Record<string, readonly string[]> {
  return {
    ...(tags.size === 0 ? {} : { 'aws:tagkeys': [...tags.keys()] }),
    ...Object.fromEntries([...tags].map(([key, value]) => [`aws:requesttag/${key}`, [value]])),
  };
}
