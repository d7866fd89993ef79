import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read, unread } from './read.ts';

/** How GitHub is told of a step. */
export interface Notifying {
  /** A secret: it is in no fault. */
  readonly token: string;
  /** The name of the commit status, and what tells a plan's comment from others. */
  readonly context: string;
}

/** Whether GitHub is told, and under which name; undefined for `none`. */
export function readNotices(given: Given): Read<{ readonly notifying: Notifying | undefined }> {
  const token = given('github-token');
  const context = given('status-context');
  if (token === undefined || context === undefined) {
    return unread;
  }
  const isContext = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,100}$/u.test(context);
  const isToken = /^[\x21-\x7e]+$/.test(token);
  return read({ notifying: token === 'none' ? undefined : { token, context } }, [
    ...(isToken
      ? []
      : [
          fault('github-token', '', {
            problem: 'is no token: it holds a blank, a line break or a character that no token has',
            right: `write \${{ github.token }}, or none`,
          }),
        ]),
    ...(isContext
      ? []
      : [
          fault('status-context', context, {
            problem: 'is not the name of a commit status',
            right: 'write 1 to 100 visible characters on one line',
          }),
        ]),
  ]);
}
