import { describe, expect, it } from '@jest/globals';
import type { AspectName, Difference, Mend, Write } from '../../src/model/difference.ts';
import { nextStep } from '../../src/promotion/next-step.ts';
import { account, accounts, copyId } from '../support/builders.ts';
import { failure, warning } from '../support/outcomes.ts';

const place = { account: accounts.prod, region: 'eu-west-1' };
const tag: Write = { kind: 'set-tags', place, resourceIds: [copyId], tags: { team: 'a' } };
const share: Write = { kind: 'share-image', place, imageId: copyId, add: [account(accounts.eu)] };

function difference(aspect: AspectName, mend: Mend): Difference {
  return { aspect, wanted: 'this', found: 'that', mend };
}

function never(code: string): Difference {
  return difference('equal', { kind: 'never', failure: failure({ code }) });
}

const wait = difference('available', { kind: 'wait' });
const tagging = difference('tagged', { kind: 'write', writes: [tag] });
const sharing = difference('shared', { kind: 'write', writes: [share] });
const opening = difference('open', { kind: 'write', writes: [tag, share] });

describe('the next step', () => {
  it('is none where nothing differs, or only a warning does', () => {
    expect(nextStep([])).toEqual({ kind: 'done' });
    expect(nextStep([warning(), warning()])).toEqual({ kind: 'done' });
  });

  it('is to fail where anything cannot be mended, before a single write', () => {
    expect(nextStep([opening, wait, tagging, never('only')])).toEqual({
      kind: 'never',
      failure: failure({ code: 'only' }),
      others: [],
    });
  });

  it('is to fail for everything at once that cannot be mended, in its order', () => {
    const step = nextStep([never('first'), opening, never('second'), warning(), never('third')]);
    expect(step).toEqual({
      kind: 'never',
      failure: failure({ code: 'first' }),
      others: [failure({ code: 'second' }), failure({ code: 'third' })],
    });
  });

  it('is to reach the source before anything is copied from it', () => {
    expect(nextStep([wait, tagging, opening])).toEqual({ kind: 'open', differences: [opening] });
    const unseen = difference('open', { kind: 'wait' });
    expect(nextStep([unseen, tagging])).toEqual({ kind: 'open', differences: [unseen] });
  });

  it('is to write everything that can be written, in its order', () => {
    expect(nextStep([warning(), tagging, sharing])).toEqual({ kind: 'write', writes: [tag, share] });
  });

  it('is to write before waiting: what can be done now is done now', () => {
    expect(nextStep([wait, sharing])).toEqual({ kind: 'write', writes: [share] });
  });

  it('is to wait where nothing else is left', () => {
    expect(nextStep([warning(), wait])).toEqual({ kind: 'wait' });
  });
});
