import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read, refused, unread } from './read.ts';

/** Whether the source's tags go onto copies: `true` or `false` in the spellings of YAML 1.2, nothing else. */
export function readCopyTags(given: Given): Read<boolean> {
  const text = given('copy-tags');
  if (text === undefined) {
    return unread;
  }
  if (/^(?:true|True|TRUE)$/.test(text)) {
    return read(true);
  }
  return /^(?:false|False|FALSE)$/.test(text)
    ? read(false)
    : refused(
        fault('copy-tags', text, { problem: 'is neither true nor false', right: 'write true or false' }),
      );
}
