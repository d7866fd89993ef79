import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { commandsIn, policies, root, wordsIn } from './iam-files.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'iam-words-'));
cpSync(join(root, 'iam'), join(folder, 'iam'), { recursive: true });

afterAll(() => rmSync(folder, { recursive: true }));

function policyIn(path: string): string {
  const text = readFileSync(join(folder, path), 'utf8');
  JSON.parse(text);
  return text;
}

it('the README says what each word in capitals of iam/ stands for', () => {
  const table = readme.split('| word | is |\n|---|---|\n')[1]?.split('\n\n')[0] ?? '';
  const documented = table.split('\n').flatMap((row) => wordsIn(row.split('|')[1] ?? ''));
  const used = policies.map((name) => readFileSync(join(root, 'iam', name), 'utf8')).join('\n');
  expect([...documented].sort()).toEqual(wordsIn(used));
});

it('the commands for stages in a chain let staging pull from dev, and be pulled from', () => {
  const lines = commandsIn('examples/README.md', 'sed -E').split('\n');
  const filling = lines.filter((line) => line.startsWith('sed'));
  execFileSync('sh', ['-e', '-c', filling.join('\n')], { cwd: folder });
  const owner = policyIn('staging-owner.json');
  const home = policyIn('staging-home.json');
  expect([wordsIn(owner), wordsIn(home)]).toEqual([[], []]);
  expect(owner).toContain('["arn:aws:kms:*:222233334444:key/*", "arn:aws:kms:us-east-1:111122223333:key/*"]');
  expect(home).toContain('"arn:aws:kms:*:222233334444:key/*"');
  expect(home).not.toContain('111122223333');
  const putting = lines.flatMap((line) => /--policy-name (\S+) .*file:\/\/(\S+)$/.exec(line)?.slice(1) ?? []);
  expect(putting).toEqual(['ami-owner', 'staging-owner.json', 'ami-home', 'staging-home.json']);
});
