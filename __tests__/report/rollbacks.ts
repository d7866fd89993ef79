import type { Leftover, Rollback } from '../../src/model/outcome.ts';
import { accounts, copyId, target } from '../support/builders.ts';
import { failed, failure } from '../support/outcomes.ts';

/** A rollback after a failure that undid two things. */
export function rollback(over: Partial<Rollback> = {}): Rollback {
  return {
    why: 'failure',
    undone: [`web × prod × eu-west-1: removed ${copyId}`, 'web × prod × eu-west-1: deleted snap-1'],
    left: [],
    ...over,
  };
}

/** An image in prod that the role may not remove. */
export function leftover(over: Partial<Leftover> = {}): Leftover {
  return {
    target: 'web × prod × eu-west-1',
    what: copyId,
    account: accounts.prod,
    failure: failure({
      action: 'ec2:DeregisterImage',
      meaning: 'The role may not remove images.',
      cure: 'Allow ec2:DeregisterImage in the role.',
    }),
    commands: [`aws ec2 deregister-image --region eu-west-1 --image-id ${copyId}`],
    ...over,
  };
}

/** What nobody can undo. */
export function lasting(over: Partial<Leftover> = {}): Leftover {
  const reason = failure({
    code: 'NoWayBack',
    action: 'rollback',
    requestId: undefined,
    meaning: 'No way back.',
  });
  return leftover({ what: 'IMDSv2', failure: reason, commands: [], ...over });
}

/** What a target is told whose writes were undone. */
export const undone = failure({
  code: 'RolledBack',
  action: 'rollback',
  requestId: undefined,
  meaning: 'What this run did here was undone.',
  cure: 'Mend what failed.',
});

/** A target that was promoted before it was rolled back. */
export const undoneTarget = failed({ target: target({ region: 'eu-north-1' }), failure: undone });
