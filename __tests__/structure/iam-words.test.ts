import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const policies = globSync('iam/*.json', { cwd: root }).map((path) => basename(path));
const folder = mkdtempSync(join(tmpdir(), 'iam-words-'));
cpSync(join(root, 'iam'), join(folder, 'iam'), { recursive: true });

afterAll(() => rmSync(folder, { recursive: true }));

/** Words in capitals, but for the one that policies have for principals. */
function wordsIn(text: string): readonly string[] {
  const words = [...text.matchAll(/\b[A-Z][A-Z_]+\b/g)].map(([word]) => word);
  return [...new Set(words)].filter((word) => word !== 'AWS').sort();
}

function sidsIn(text: string): readonly string[] {
  return [...text.matchAll(/"Sid": "(.*?)"/g)].map(([, sid = '']) => sid);
}

/** The block of commands with a certain beginning in a document. */
function commandsIn(document: string, beginning: string): string {
  const blocks = readFileSync(join(root, document), 'utf8').matchAll(/^```\w*\n(.*?)^```$/gms);
  const found = [...blocks].map(([, block = '']) => block).find((block) => block.startsWith(beginning));
  if (found === undefined) {
    throw new Error(`${document} has no commands that begin with ${beginning}`);
  }
  return found;
}

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

it.each(['sed -E', 'perl -pe'])("the README's commands replace these words, and nothing else: %s", (tool) => {
  const commands = commandsIn('README.md', 'mkdir prod').replace('sed -E', tool);
  execFileSync('sh', ['-e', '-c', commands], { cwd: folder });
  expect(globSync('*.json', { cwd: join(folder, 'prod') }).sort()).toEqual([...policies].sort());
  for (const name of policies) {
    const filled = policyIn(`prod/${name}`);
    expect(wordsIn(filled)).toEqual([]);
    expect(sidsIn(filled)).toEqual(sidsIn(readFileSync(join(root, 'iam', name), 'utf8')));
  }
  expect(policyIn('prod/owner-policy.json')).toContain(
    '["arn:aws:kms:*:444455556666:key/*", "arn:aws:kms:us-east-1:111122223333:key/*"]',
  );
  expect(policyIn('prod/trust-policy.json')).toContain(
    '"repo:example@424242/images@812345678:environment:production"',
  );
  rmSync(join(folder, 'prod'), { recursive: true });
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
