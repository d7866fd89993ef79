import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read, refused, unread } from './read.ts';

/** An input that is on or off: `true` or `false` in the spellings of YAML 1.2, nothing else. */
export function readSwitch(
  input: 'ambient-credentials' | 'copy-tags' | 'keep-source-access' | 'public' | 'share-snapshots',
  given: Given,
): Read<boolean> {
  const text = given(input);
  if (text === undefined) {
    return unread;
  }
  if (/^(?:true|True|TRUE)$/.test(text)) {
    return read(true);
  }
  return /^(?:false|False|FALSE)$/.test(text)
    ? read(false)
    : refused(fault(input, text, { problem: 'is neither true nor false', right: 'write true or false' }));
}
