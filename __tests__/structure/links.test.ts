import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'examples/README.md',
].concat(readdirSync(join(root, 'docs')).map((name) => `docs/${name}`));

it.each(documents)('%s links only to files that are there', (document) => {
  const text = readFileSync(join(root, document), 'utf8');
  const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  const local = links.filter((target) => !/^[a-z]+:/.test(target));
  const missing = local.filter((target) => !existsSync(join(root, dirname(document), target)));
  expect(missing).toEqual([]);
});

it('README.md leads to every other document', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const named = documents.filter((name) => name.includes('/') && !text.includes(`(${name})`));
  expect(named).toEqual([]);
});
