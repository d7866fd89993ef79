import type { Partition } from '../model/partition.ts';
import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read, refused, unread } from './read.ts';

/** The audience of the ID token: `auto` is what the partition's identity providers are given by convention. */
export function readAudience(given: Given, partition: Partition | undefined): Read<string> {
  const text = given('oidc-audience');
  if (text === 'auto') {
    return partition === undefined ? unread : read(partition.oidcAudience);
  }
  if (text === undefined) {
    return unread;
  }
  return /^[!-~]{1,255}$/.test(text)
    ? read(text)
    : refused(
        fault('oidc-audience', text, {
          problem: 'is not an audience, which is 1 to 255 letters, digits and signs of ASCII without spaces',
          right: 'write one audience, as the identity provider in IAM has it, or auto',
        }),
      );
}
