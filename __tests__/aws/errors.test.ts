import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Caller } from '../../src/aws/call.ts';
import { inWords } from '../../src/aws/error-row.ts';
import { errorTable } from '../../src/aws/error-table.ts';
import { failureOf } from '../../src/aws/errors.ts';
import { fixture, frankfurt, home } from '../simulator/fixture.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { accessProvocations } from './errors-access.ts';
import { ec2Provocations } from './errors-ec2.ts';
import { answering, failed, make, provocation, role } from './errors-fixture.ts';

const provocations = [...accessProvocations, ...ec2Provocations].map(provocation);

/** What may repeat a session token, an ID token or an external id. */
const notQuoted = [
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'ValidationError',
  'UnreadableAnswer',
  // AWS says nothing of it but the code.
  'ParameterNotFound',
];

describe('an answer of AWS is told with its class, what it means and what to do', () => {
  it.each(provocations)('$action: $code', async ({ action, code, kind, tells, by }) => {
    const failure = await failed(action, by());
    expect(failure).toMatchObject({ action, code, kind, where: `${home}/${frankfurt}` });
    expect(`${failure.meaning} ${failure.cure}`).toContain(tells);
    expect(failure.meaning).toMatch(/^\S.*[.!?]$/);
    expect(failure.cure).toMatch(/^\S.*[.…]$/);
    expect(failure.meaning.includes(' AWS says: ')).toBe(!notQuoted.includes(code));
    expect(failure.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('and no row of the table is without such a test', () => {
    const provoked = new Set(provocations.map(({ action, code }) => rowNamed(code, action)));
    const rows = errorTable.flatMap(({ codes, actions = ['*'] }) =>
      codes.flatMap((code) => actions.map((action) => `${code} at ${action}`)),
    );
    expect(new Set(rows).size).toBe(rows.length);
    expect([...provoked, 'TimeoutError at *'].toSorted()).toEqual(rows.toSorted());
  });
});

/** The row that speaks of a code at an action: one of its own, or the one for every other action. */
function rowNamed(code: string, action: string): string {
  const own = errorTable.some((row) => row.codes.includes(code) && row.actions?.includes(action));
  return `${code} at ${own ? action : '*'}`;
}

describe('a connection', () => {
  it('that breaks is told with the code of the operating system', async () => {
    const { world } = fixture({ faults: [{ action: '*', do: 'reset-before' }] });
    const failure = await failed('ec2:CopyImage', make('ec2:CopyImage', { world }));
    expect(failure).toMatchObject({ code: 'ECONNRESET', kind: 'transient', requestId: undefined });
    expect(failure.cure).toContain('proxy variables');
  });

  it('on which nothing comes back is given up as a TimeoutError', async () => {
    const { world } = fixture({ faults: [{ action: '*', do: 'silent' }] });
    const time = new VirtualTime();
    const caller = new Caller(
      time,
      new AbortController().signal,
      () => undefined,
      () => 0.5,
    );
    const call = { action: 'ec2:DescribeImages', where: home, role, bucket: 'one' };
    const answer = time.until(caller.make(call, () => make('ec2:DescribeImages', { world })));
    await expect(answer).rejects.toMatchObject({ failure: { code: 'TimeoutError', kind: 'transient' } });
  });
});

describe('a code that is not known', () => {
  it.each([
    [400, 'permanent'],
    [403, 'permanent'],
    [429, 'throttle'],
    [500, 'transient'],
  ])('is passed on whole, and judged by its status %s', async (status, kind) => {
    const world = answering('ec2:CopyImage', 'SomethingNew', 'Never seen before', status);
    const failure = await failed('ec2:CopyImage', make('ec2:CopyImage', { world }));
    expect(failure).toMatchObject({ code: 'SomethingNew', kind, requestId: world.record.at(-1)?.requestId });
    expect(failure.meaning).toContain('Never seen before');
    expect(failure.paste).toBeUndefined();
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])(
    'may have any name: %s',
    async (code) => {
      const world = answering('ec2:CopyImage', code, 'Never seen before');
      expect(await failed('ec2:CopyImage', make('ec2:CopyImage', { world }))).toMatchObject({
        code,
        kind: 'permanent',
      });
      expect(failureOf({ name: code }, { action: 'ec2:CopyImage', where: home, role })).toBeUndefined();
    },
  );
});

it('files of iam/ that are named are there', () => {
  const attempted = { action: 'ACTION', where: 'ACCOUNT/REGION', role: 'ROLE' };
  const words = errorTable.map((row) => `${inWords(row.meaning, attempted)} ${inWords(row.cure, attempted)}`);
  const named = new Set(words.flatMap((text) => text.match(/iam\/[\w-]+\.json/g) ?? []));
  expect(named.size).toBeGreaterThan(1);
  expect([...named].filter((file) => !existsSync(join(import.meta.dirname, '../..', file)))).toEqual([]);
});

describe('secrets', () => {
  it.each(notQuoted.filter((code) => code !== 'UnreadableAnswer'))(
    'are not repeated after %s',
    async (code) => {
      const world = answering('sts:AssumeRole', code, "Value 'the-external-id' at 'externalId'");
      const failure = await failed('sts:AssumeRole', make('sts:AssumeRole', { world }));
      expect(JSON.stringify(failure)).not.toContain('the-external-id');
    },
  );

  it('are not repeated where AWS repeats them: an external id of the wrong form', async () => {
    const input = { ExternalId: 'an external id' };
    const failure = await failed('sts:AssumeRole', make('sts:AssumeRole', { input }), { externalId: true });
    expect(failure.code).toBe('ValidationError');
    expect(JSON.stringify(failure)).not.toContain('an external id');
  });

  it('are not repeated after a code that is not known, if they look like a token', async () => {
    const token = `eyJ${'aB3_'.repeat(30)}.eyJ${'xY-9'.repeat(30)}.${'s'.repeat(86)}`;
    const world = answering('sts:AssumeRole', 'SomethingNew', `Bad token ${token} given`);
    const failure = await failed('sts:AssumeRole', make('sts:AssumeRole', { world }));
    expect(failure.meaning).toContain('Bad token … given.');
  });
});
