import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { templateVariables } from '../../src/model/promotion.ts';
import { nameFault, render } from '../../src/model/template.ts';
import { placementOf, promotionOf, sentencesOf } from './asking.ts';

const sources = 'web=ami-0123456789abcdef0\ndb=ami-0123456789abcdef1';

describe('The name', () => {
  it('is literals and variables in order', () => {
    expect(placementOf({ name: 'web-{arch}{date} ({run-id})' }).name).toEqual([
      'web-',
      { variable: 'arch' },
      { variable: 'date' },
      ' (',
      { variable: 'run-id' },
      ')',
    ]);
  });

  it.each(templateVariables.filter((variable) => variable !== 'key'))('knows {%s}', (variable) => {
    expect(placementOf({ name: `x-{${variable}}` }).name).toEqual(['x-', { variable }]);
  });

  it.each([
    ['{dat}-x', 'holds "{dat}", which stands for nothing here; did you mean "{date}"?'],
    ['{ arch }', 'holds "{ arch }", which stands for nothing here; did you mean "{arch}"?'],
    [
      'web-{',
      'holds a brace that belongs to no placeholder; write braces only around names, as in {source-name} {key} {arch} {region} {account} {date} {sha} {run-id}',
    ],
    [
      'web:1 ü',
      'holds ":" "ü", and the name of an AMI has only letters, digits and ()[] ./-\'@_; leave the other characters out',
    ],
    ['ab', 'has only 2 characters once it is filled in; give it at least 3'],
    [
      '{key}',
      'holds {key}, and ami-0123456789abcdef0 has none; write every source as key=ami-…, or use {source-name}',
    ],
  ])('may not be %s', (name, message) => {
    expect(sentencesOf({ name })).toEqual([`name: "${name}" ${message}`]);
  });

  it('may not be two lines', () => {
    expect(sentencesOf({ name: 'web\ndb' })).toHaveLength(1);
  });

  it('may not be longer than AWS allows, once what is known is filled in', () => {
    expect(placementOf({ name: 'x'.repeat(128) }).name).toHaveLength(1);
    expect(sentencesOf({ name: 'x'.repeat(129) })).toHaveLength(1);
    expect(placementOf({ name: `${'x'.repeat(116)}{account}` }).name).toHaveLength(2);
    expect(sentencesOf({ name: `${'x'.repeat(117)}{account}` })).toHaveLength(1);
    expect(sentencesOf({ name: `${'x'.repeat(119)}{region}`, regions: 'us-east-1' })).toEqual([]);
    expect(
      sentencesOf({ name: `${'x'.repeat(119)}{region}`, regions: 'us-east-1\nap-southeast-1' }),
    ).toHaveLength(1);
    expect(sentencesOf({ name: `${'x'.repeat(126)}{source-name}` })).toHaveLength(1);
  });

  it('may not be shorter than AWS allows, for the shortest key', () => {
    const said = { source: 'a=ami-0123456789abcdef0\nlonger=ami-0123456789abcdef1', name: 'x{key}' };
    expect(sentencesOf(said)).toEqual([
      'name: "x{key}" has only 2 characters once it is filled in; give it at least 3',
    ]);
  });

  it.each(['web-{region}-{account}-{sha}-{run-id}', 'web'])('%s does not tell two images apart', (name) => {
    expect(sentencesOf({ source: sources, name })).toEqual([
      `name: "${name}" would give 2 images the same name; tell them apart with {key}, {source-name}, {arch} or {date}`,
    ]);
    expect(promotionOf({ name }).sources).toHaveLength(1);
  });

  it.each(['{source-name}', '{key}-x', 'x-{arch}', 'x-{date}'])('%s may tell two images apart', (name) => {
    expect(promotionOf({ source: sources, name }).sources).toHaveLength(2);
  });
});

describe('The description', () => {
  it('is a template too', () => {
    expect(promotionOf({ description: 'From {source-name}: ü' }).description).toEqual([
      'From ',
      { variable: 'source-name' },
      ': ü',
    ]);
  });

  it.each([
    ['{sah}', 'holds "{sah}", which stands for nothing here; did you mean "{sha}"?'],
    [
      'of {key}',
      'holds {key}, and ami-0123456789abcdef0 has none; write every source as key=ami-…, or use {source-name}',
    ],
  ])('may not be %s', (description, message) => {
    expect(sentencesOf({ description })).toEqual([`description: "${description}" ${message}`]);
  });

  it('has at most 255 characters', () => {
    expect(sentencesOf({ description: 'x'.repeat(255) })).toEqual([]);
    expect(sentencesOf({ description: 'x'.repeat(256) })).toEqual([
      `description: "${'x'.repeat(256)}" has 256 characters or more once it is filled in; keep to 255`,
    ]);
  });
});

describe('Rendering', () => {
  const values = {
    'source-name': 'base',
    key: 'web',
    arch: 'arm64',
    region: 'eu-west-1',
    account: '111122223333',
    date: '2026-01-31',
    sha: '{key}',
    'run-id': '7',
  };

  it('replaces every variable, once', () => {
    expect(render(['a-', { variable: 'key' }, '-', { variable: 'sha' }], values, {})).toBe('a-web-{key}');
    expect(render([], values, {})).toBe('');
  });

  it('gives back a text without variables', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(render([text], values, {})).toBe(text);
      }),
    );
  });
});

describe('The name of an AMI', () => {
  it.each(['abc', 'x'.repeat(128), "A z09()[] ./-'@_"])('may be %s', (name) => {
    expect(nameFault(name)).toBeUndefined();
  });

  it.each([
    ['ab', 'has 2 characters, and the name of an AMI has 3 to 128'],
    ['x'.repeat(129), 'has 129 characters, and the name of an AMI has 3 to 128'],
    ['web:1', 'holds ":", and the name of an AMI has only letters, digits and ()[] ./-\'@_'],
    ['web\n1', 'holds "\\n", and the name of an AMI has only letters, digits and ()[] ./-\'@_'],
  ])('may not be %j', (name, fault) => {
    expect(nameFault(name)).toBe(fault);
  });
});
