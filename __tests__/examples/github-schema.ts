import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parse } from 'yaml';
import { textOf } from './files.ts';
import type { ActionOffer, Question } from './github-schema-child.ts';
import { ourAction, ourReusable, thirdParty } from './third-party.ts';

/**
 * What GitHub's own language service, offline, finds wrong with workflows or `action.yml`, by path: its schema, the
 * expressions, and the inputs that actions and reusable workflows take. Ours are those of this repository.
 */
export function askGitHub(documents: Question['documents']): Readonly<Record<string, readonly string[]>> {
  const { inputs, outputs }: ActionOffer = parse(textOf('action.yml'));
  const question: Question = {
    documents,
    actions: { ...Object.fromEntries([...thirdParty].map(offered)), [ourAction]: { inputs, outputs } },
    workflows: { [ourReusable]: textOf('examples/reusable/promote-ami.yml') },
  };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'github-schema-child.ts')],
    { input: JSON.stringify(question), encoding: 'utf8' },
  );
  if (status !== 0) {
    throw new Error(stderr);
  }
  return JSON.parse(stdout);
}

function offered([name, inputs]: readonly [string, readonly string[]]): readonly [string, ActionOffer] {
  return [
    name,
    { inputs: Object.fromEntries(inputs.map((input) => [input, { description: '' }])), outputs: {} },
  ];
}
