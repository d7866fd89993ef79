import { expect, it } from '@jest/globals';
import { readWorld } from '../../simulator/world-file.ts';
import { frankfurt, home, ireland, production, worldFile } from './fixture.ts';

const place = { account: home, region: frankfurt };
const read = (...parameters: readonly object[]) =>
  readWorld(JSON.stringify(worldFile({ parameters })), { directory: '.' });
const faults = (...parameters: readonly object[]) => {
  const reading = read(...parameters);
  return reading.ok ? [] : reading.faults.map(({ path, reason }) => `${path}: ${reason}`);
};
const versions = (...labels: string[][]) => labels.map((one) => ({ value: 'x', labels: one }));

it('parameters are in the world by their ARN', () => {
  const reading = read(
    { ...place, name: '/a/b', versions: [{ value: 'x', labels: ['one'] }, { value: 'y' }] },
    { ...place, name: 'c', type: 'SecureString', value: 'z', 'shared-with': [production] },
    { ...place, region: ireland, name: 'c', value: 'z' },
  );
  expect(reading.ok && [...reading.value.parameters]).toMatchObject([
    [
      `arn:aws:ssm:${frankfurt}:${home}:parameter/a/b`,
      {
        name: '/a/b',
        type: 'String',
        sharedWith: [],
        versions: [
          { value: 'x', labels: ['one'] },
          { value: 'y', labels: [] },
        ],
      },
    ],
    [
      `arn:aws:ssm:${frankfurt}:${home}:parameter/c`,
      { type: 'SecureString', sharedWith: [production], versions: [{ value: 'z', labels: [] }] },
    ],
    [`arn:aws:ssm:${ireland}:${home}:parameter/c`, {}],
  ]);
});

const c = { ...place, name: 'c', value: 'x' };
it.each<[string, readonly object[]]>([
  ['parameters.0.account: there is no account 444444444444', [{ ...c, account: '444444444444' }]],
  ['parameters.0.region: eu-west-9 is no Region of aws', [{ ...c, region: 'eu-west-9' }]],
  [`parameters.1.name: arn:aws:ssm:${frankfurt}:${home}:parameter/c is there already`, [c, c]],
  [
    `parameters.1.name: arn:aws:ssm:${frankfurt}:${home}:parameter/c is there already`,
    [c, { ...c, name: '/c' }],
  ],
  ['parameters.0: must have either a value or versions', [{ ...c, value: undefined }]],
  ['parameters.0: must have either a value or versions', [{ ...c, versions: versions([]) }]],
  ['parameters.0.versions: must have a version', [{ ...c, value: undefined, versions: [] }]],
  [
    'parameters.0: a label is on one version',
    [{ ...c, value: undefined, versions: versions(['a'], ['b', 'a']) }],
  ],
  ...['1st', 'awsome', 'SSM', 'a b'].map((label): [string, readonly object[]] => [
    'parameters.0.versions.0.labels.0: must be a label',
    [{ ...c, value: undefined, versions: versions([label]) }],
  ]),
  ...['a/b', '/a/', '/aws/service/x', 'ssm-x', 'a:1', '', '/a'.repeat(16)].map(
    (name): [string, readonly object[]] => ['parameters.0.name: must be a name', [{ ...c, name }]],
  ),
  ['parameters.0.value: must not be empty', [{ ...c, value: '' }]],
  ['parameters.0.value: must be text', [{ ...c, value: 5 }]],
  ['parameters.0.type: ', [{ ...c, type: 'Text' }]],
  ['parameters.0.shared-with.0: must be 12 digits', [{ ...c, 'shared-with': ['organization'] }]],
  ['parameters.0.tier: ', [{ ...c, tier: 'Advanced' }]],
])('parameters are refused: %s', (text, parameters) => {
  expect(faults(...parameters)).toContainEqual(expect.stringContaining(text));
});
