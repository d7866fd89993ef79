import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { misfits, type Schema } from '../../simulator/json-schema.ts';
import { readDocument } from '../../src/inputs/document.ts';
import { targetsSchema } from '../../src/inputs/targets-schema.ts';

const schema: Schema = JSON.parse(
  readFileSync(new URL('../../schemas/targets.v1.json', import.meta.url), 'utf8'),
);

/** Every field at both levels, then each way in which a document can fail to be one of ours. */
const fitting = [
  'accounts: {prod: {}}',
  'accounts: {"444455556666": {role: r, kms-key: k, name: n, tags: {a: b}, optional: true, share-with: [x]}}',
  'accounts: {prod: {regions: {}}}',
  'accounts: {prod: {regions: {eu-west-1: {}}}}',
  'accounts: {prod: {regions: {eu-west-1: {kms-key: k, name: n, tags: {a: ""}, optional: false, share-with: [x, y]}}}}',
  'accounts: {prod: {tags: none, share-with: none, kms-key: none}, home: {}}',
  'accounts: {constructor: {tags: {__proto__: x}}}',
  '# yaml-language-server: $schema=targets.v1.json\naccounts:\n  prod:\n    tags: &t {a: b}\n    regions: {eu-west-1: {tags: *t}}',
];
const misfitting = [
  'text',
  '[]',
  '{}',
  'accounts:',
  'accounts: {}',
  'accounts: [prod]',
  'accounts: {prod: {}}\nversion: 1',
  'accounts: {prod: }',
  'accounts: {prod: alias/x}',
  'accounts: {__proto__: x}',
  'accounts: {constructor: {key: x}}',
  'accounts: {prod: {kms_key: x}}',
  'accounts: {prod: {kms-key: ""}}',
  'accounts: {prod: {kms-key: " "}}',
  'accounts: {prod: {kms-key: }}',
  'accounts: {prod: {kms-key: 1}}',
  'accounts: {prod: {kms-key: [x]}}',
  'accounts: {prod: {name: true}}',
  'accounts: {prod: {role: {}}}',
  'accounts: {prod: {tags: }}',
  'accounts: {prod: {tags: {}}}',
  'accounts: {prod: {tags: a=b}}',
  'accounts: {prod: {tags: [a]}}',
  'accounts: {prod: {tags: {a: 1}}}',
  'accounts: {prod: {tags: {a: }}}',
  'accounts: {prod: {tags: {__proto__: 1}}}',
  'accounts: {prod: {optional: "true"}}',
  'accounts: {prod: {optional: }}',
  'accounts: {prod: {share-with: x}}',
  'accounts: {prod: {share-with: []}}',
  'accounts: {prod: {share-with: [1]}}',
  'accounts: {prod: {share-with: [""]}}',
  'accounts: {prod: {share-with: {}}}',
  'accounts: {prod: {regions: }}',
  'accounts: {prod: {regions: [eu-west-1]}}',
  'accounts: {prod: {regions: {eu-west-1: }}}',
  'accounts: {prod: {regions: {eu-west-1: {role: r}}}}',
  'accounts: {prod: {regions: {eu-west-1: {regions: {}}}}}',
];

describe('The schema for editors and the parser', () => {
  it.each(fitting)('both take %j', (text) => {
    expect(misfits(parseYaml(text), schema)).toEqual([]);
    expect(readDocument(text, targetsSchema)).toMatchObject({ ok: true });
  });

  it.each(misfitting)('both refuse %j', (text) => {
    expect(misfits(parseYaml(text), schema)).not.toEqual([]);
    expect(readDocument(text, targetsSchema)).toMatchObject({ ok: false });
  });
});
