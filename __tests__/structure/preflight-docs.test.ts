import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rowsOf } from '../support/preflight-docs.ts';
import type { Problem } from '../support/problems.ts';
import { ofCopies, ofKeys, ofTrials, ofWhatIsThere } from '../support/problems-copies.ts';
import { ofPlaces, ofPlans, ofSources } from '../support/problems-places.ts';

const root = join(import.meta.dirname, '../..');
const checked = rowsOf('checked');
const problems: readonly Problem[] = [
  ...[...ofPlaces, ...ofSources, ...ofPlans],
  ...[...ofKeys, ...ofCopies, ...ofWhatIsThere, ...ofTrials],
];

/** Codes that the code gives to what it finds only after the first write, or that are no problem by themselves. */
const others = [
  'CopyFailed',
  'CopyNeverAppeared',
  'EndpointNotAws',
  'NoWayBack',
  'NotRolledBack',
  'NotStarted',
  'OutOfTime',
  'PublishedElsewhere',
  'RolledBack',
  'SourceMoved',
  'SourceNotVisible',
  'StillCopying',
  'TagsGone',
  'TimeIsUp',
  'WriteNotSeen',
];

/** Every code that comparison, loop and sessions give, as their source has it. */
function ownCodes(): readonly string[] {
  // What only the gate says is in docs/gate.md.
  const ofGate = (file: string) =>
    ['gate.ts', 'in-use.ts', 'keys-usable.ts', 'launchable.ts'].includes(basename(file));
  const files = globSync(['src/aspects/*.ts', 'src/promotion/*.ts', 'src/aws/{sessions,endpoints}.ts'], {
    cwd: root,
  }).filter((file) => !ofGate(file));
  const texts = files.map((file) => readFileSync(join(root, file), 'utf8'));
  const codes = texts.flatMap((text) =>
    [...text.matchAll(/\bcode: (?:\w+ \? )?'(\w+)'(?: : '(\w+)')?/g)].flatMap(([, one, other]) => [
      one,
      other,
    ]),
  );
  return [...new Set(codes.flatMap((code) => code ?? []))];
}

describe('docs/preflight.md', () => {
  it('has a row for each test of a problem, and a test for each row, with its code and call', () => {
    expect(checked.map(({ last }) => last)).toEqual([...new Set(checked.map(({ last }) => last))]);
    const documented = checked.map(({ code, last }) => `${code}: ${last}`);
    expect([...documented].sort()).toEqual(problems.map(({ code, name }) => `${code}: ${name}`).sort());
    for (const { name, call } of problems) {
      const calls = checked.find(({ last }) => last === name)?.calls;
      expect([name, calls]).toEqual([name, call === undefined ? calls : expect.arrayContaining([call])]);
    }
  });

  it('has every code that the comparison, the sources and the sessions give before the first write', () => {
    const codes = ownCodes().filter((code) => !others.includes(code));
    expect(codes.length).toBeGreaterThan(25);
    expect(codes.filter((code) => !checked.some((row) => row.code === code))).toEqual([]);
  });

  it('has no code that neither the code nor the table of errors knows', () => {
    const errors = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    const rows = [...checked, ...rowsOf('unchecked')].map(({ code }) => code);
    const known = (code: string) =>
      ownCodes().includes(code) || errors.includes(`| \`${code}\` |`) || code === 'ETIMEDOUT';
    expect(rows.filter((code) => !known(code))).toEqual([]);
  });

  it('claims to check nothing that it says nobody can know', () => {
    const claims = checked.flatMap(({ code, calls }) => calls.map((call) => `${code} ${call}`));
    const unknowable = rowsOf('unchecked').filter(({ code }) => code !== 'UnauthorizedOperation');
    const denied = unknowable.flatMap(({ code, calls }) => calls.map((call) => `${code} ${call}`));
    expect(denied.filter((one) => claims.includes(one))).toEqual([]);
  });
});
