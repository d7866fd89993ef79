import { describe, expect, it } from '@jest/globals';
import { inputNames, inputs } from '../../src/inputs/contract.ts';
import { sourceRequest } from '../support/builders.ts';
import { defaultOf, faultsOf, least, parse, promotionOf, sentencesOf } from './asking.ts';

describe('A promotion', () => {
  it('has every default decided', () => {
    const home = { id: '111122223333', roleArn: 'arn:aws:iam::111122223333:role/ami-promotion' };
    const owner = { name: 'home', ...home };
    expect(promotionOf()).toEqual({
      mode: 'promote',
      sources: [sourceRequest('ami-0123456789abcdef0')],
      requireSourceTags: {},
      home,
      sourceRegion: 'us-east-1',
      owners: [owner],
      credentials: { kind: 'oidc', audience: 'sts.amazonaws.com', hub: undefined },
      placements: [
        {
          owner,
          region: 'us-east-1',
          required: true,
          key: { kind: 'none' },
          name: [{ variable: 'source-name' }],
          tags: {},
          consumers: [],
        },
      ],
      description: undefined,
      copyTags: true,
      completionMinutes: undefined,
      shareSnapshots: false,
      sharing: 'add',
      keepSourceAccess: false,
      rollbackOn: [],
      preflightFailures: 'stop',
      approvedPlan: undefined,
      waitMinutes: 240,
      pollSeconds: 10,
    });
  });

  it('is the same whether a default is written or left out', () => {
    const written = Object.fromEntries(
      inputNames.filter((name) => !inputs[name].required).map((name) => [name, defaultOf(name)]),
    );
    expect(parse({ ...written, ...least })).toEqual(parse(least));
  });

  it('is the same with white space around values and with Windows line endings', () => {
    const said = {
      regions: 'us-east-1\neu-west-1',
      accounts: 'home\nprod=444455556666',
      tags: 'a=b\nc=d',
    };
    const windows = Object.fromEntries(
      Object.entries({ ...least, ...said }).map(([name, value]) => [
        name,
        `  ${value.replaceAll('\n', ' \r\n\r\n  ')} \r\n`,
      ]),
    );
    expect(parse(windows)).toEqual({ ok: true, mode: 'promote', promotion: promotionOf(said) });
  });
});

describe('Faults', () => {
  it('are all reported together, each under its input', () => {
    const faults = faultsOf({
      source: 'ami-1\nami-2',
      'source-region': 'us-east1',
      accounts: 'home\n1234',
      regions: 'eu-west1\nEU',
      role: 'a b',
      'kms-key': 'x y',
      name: '{nam}',
      tags: 'a',
      'copy-tags': 'yes',
      'share-with': 'all',
      'wait-minutes': '10m',
      'poll-seconds': '0',
      bogus: 'x',
    });
    expect(faults.map((fault) => fault.input)).toEqual([
      'bogus',
      'source',
      'source',
      'source-region',
      'accounts',
      'regions',
      'regions',
      'role',
      'kms-key',
      'name',
      'tags',
      'copy-tags',
      'share-with',
      'wait-minutes',
      'poll-seconds',
    ]);
  });

  it('say what is missing when nothing is given', () => {
    const parsing = parse({});
    const missing = parsing.ok ? [] : parsing.faults.map((fault) => fault.input);
    const needed = inputNames.filter((name) => inputs[name].required || name === 'source-region');
    expect(missing.toSorted()).toEqual(needed.toSorted());
  });
});

describe('An empty value', () => {
  it.each(inputNames)('of %s is a fault, with or without white space', (name) => {
    for (const empty of ['', '   ', '\r\n\t\n']) {
      expect(faultsOf({ [name]: empty }).map((fault) => fault.input)).toEqual([name]);
    }
  });

  it('of a required input is said to be missing', () => {
    expect(sentencesOf({ regions: '' })).toEqual([
      'regions is required, and it is missing or empty; give it a value; if it is set from an expression, that expression is empty',
    ]);
  });

  it('of an optional input is laid to an undefined variable', () => {
    expect(sentencesOf({ 'share-with': ' ' })).toEqual([
      'share-with is empty, most likely by an undefined variable; leave it out or write its default, none',
    ]);
  });
});

describe('An unknown input', () => {
  it('is a fault that names the nearest one', () => {
    expect(sentencesOf({ kms_key: 'alias/ami' })).toEqual([
      'kms_key is no input of this action; did you mean "kms-key"?',
    ]);
  });

  it('is a fault that names all when none is near', () => {
    const [sentence] = sentencesOf({ watermark: 'x' });
    expect(sentence).toContain('its inputs are mode, source, source-region, ');
  });

  it('is a fault also when it is empty', () => {
    expect(faultsOf({ toString: '' }).map((fault) => fault.input)).toEqual(['toString']);
  });
});
