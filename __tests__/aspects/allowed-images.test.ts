import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allows } from '../../src/aspects/allowed-images.ts';
import type { Image } from '../../src/model/image.ts';
import type { AllowedImages } from '../../src/model/observation.ts';
import { accounts, image } from '../support/builders.ts';

type Criterion = AllowedImages['criteria'][number];

const dayMs = 24 * 3_600_000;
const now = Date.parse('2026-11-21T09:00:00.000Z');

/** A criterion that any image meets, but for what is said. */
function criterion(over: Partial<Criterion> = {}): Criterion {
  return {
    providers: [],
    names: [],
    productCodes: [],
    watermarks: [],
    createdWithinDays: undefined,
    deprecatedWithinDays: undefined,
    ...over,
  };
}

/** Whether an image is allowed by an enabled setting with these criteria. */
function isAllowed(criteria: readonly Partial<Criterion>[], over: Partial<Image> = {}): boolean {
  return allows({ state: 'enabled', criteria: criteria.map(criterion) }, image(over), now);
}

function ago(ms: number): string {
  return new Date(now - ms).toISOString();
}

const stranger = { providers: ['999999999999'] };
const provider = { providers: [accounts.home] };

describe('the setting', () => {
  it('forbids nothing unless it is enabled', () => {
    for (const state of ['disabled', 'audit-mode'] as const) {
      expect(allows({ state, criteria: [] }, image(), now)).toBe(true);
      expect(allows({ state, criteria: [criterion(stranger)] }, image(), now)).toBe(true);
    }
  });

  it('allows nothing without any criterion', () => {
    expect(isAllowed([])).toBe(false);
  });

  it('allows what meets one criterion of many', () => {
    expect(isAllowed([stranger, { names: ['db-*'] }, provider])).toBe(true);
    expect(isAllowed([stranger, { names: ['db-*'] }])).toBe(false);
  });

  it('takes nothing from two criteria together: all parts of one must hold', () => {
    expect(isAllowed([{ ...provider, names: ['web-*'] }])).toBe(true);
    expect(isAllowed([{ ...provider, names: ['db-*'] }])).toBe(false);
    expect(
      isAllowed([
        { ...provider, names: ['db-*'] },
        { ...stranger, names: ['web-*'] },
      ]),
    ).toBe(false);
  });

  it('allows everything by a criterion without parts', () => {
    expect(isAllowed([{}])).toBe(true);
  });
});

describe('a part of a criterion', () => {
  it('holds for one of its values', () => {
    expect(isAllowed([{ providers: ['amazon', accounts.home] }])).toBe(true);
    const sold = { productCodes: [{ code: 'abc', type: 'marketplace' }] };
    expect(isAllowed([{ productCodes: ['xyz', 'abc'] }], sold)).toBe(true);
    expect(isAllowed([{ productCodes: ['xyz'] }], sold)).toBe(false);
    expect(isAllowed([{ productCodes: ['abc'] }])).toBe(false);
  });

  it('holds for one of the watermarks of an image, wildcards among them', () => {
    const marked = { watermarks: ['1:other', `${accounts.home}:golden-7`] };
    expect(isAllowed([{ watermarks: [`${accounts.home}:golden-*`] }], marked)).toBe(true);
    expect(isAllowed([{ watermarks: ['*:silver'] }], marked)).toBe(false);
    expect(isAllowed([{ watermarks: ['*'] }])).toBe(false);
  });
});

describe('a name', () => {
  it.each([
    ['web-2026-11-20', true],
    ['web-*', true],
    ['*', true],
    ['*-11-*', true],
    ['web-2026-11-2?', true],
    ['web-????-??-??', true],
    ['web', false],
    ['2026-11-20', false],
    ['web-2026-11-20?', false],
    ['WEB-*', false],
  ])('fits the whole pattern: %s %s', (pattern, fits) => {
    expect(isAllowed([{ names: [pattern] }], { name: 'web-2026-11-20' })).toBe(fits);
  });

  it.each([
    ['web.1', 'web-1'],
    ['web[12]', 'web1'],
    ['(web)', 'web'],
    ['we+b', 'weeb'],
    ['web|db', 'db'],
    ['^web$', 'web'],
    ['web\\d', 'web1'],
    ['web{2}', 'webb'],
  ])('is no regular expression: %s is only itself, and not %s', (pattern, name) => {
    expect(isAllowed([{ names: [pattern] }], { name })).toBe(false);
    expect(isAllowed([{ names: [pattern] }], { name: pattern })).toBe(true);
  });

  it('fits itself and any wildcard put into it, whatever it is', () => {
    const letters = fc.constantFrom(...'abz09()[]./-_@ +^$|{}\\');
    fc.assert(
      fc.property(fc.string({ unit: letters, minLength: 1 }), fc.nat(), (name, at) => {
        const cut = at % name.length;
        const one = `${name.slice(0, cut)}?${name.slice(cut + 1)}`;
        expect(isAllowed([{ names: [name] }], { name })).toBe(true);
        expect(isAllowed([{ names: [one] }], { name })).toBe(true);
        expect(isAllowed([{ names: [`${name.slice(0, cut)}*`] }], { name })).toBe(true);
        expect(isAllowed([{ names: [`${name}?`] }], { name })).toBe(false);
      }),
    );
  });

  it('is fitted by an image without a name only where any will do', () => {
    expect(isAllowed([{ names: ['*'] }], { name: undefined })).toBe(true);
    expect(isAllowed([{ names: ['web-*'] }], { name: undefined })).toBe(false);
  });
});

describe('an age', () => {
  it('holds to the last moment of its days', () => {
    const createdWithin = (days: number, ms: number) =>
      isAllowed([{ createdWithinDays: days }], { created: ago(ms) });
    expect(createdWithin(30, 30 * dayMs)).toBe(true);
    expect(createdWithin(30, 30 * dayMs + 1)).toBe(false);
    expect(createdWithin(1, 0)).toBe(true);
  });

  it('counts from the deprecation, and holds for what is not deprecated, or not yet', () => {
    const deprecatedWithin = (days: number, deprecated: string | undefined) =>
      isAllowed([{ deprecatedWithinDays: days }], { deprecated });
    expect(deprecatedWithin(7, ago(7 * dayMs))).toBe(true);
    expect(deprecatedWithin(7, ago(7 * dayMs + 1))).toBe(false);
    expect(deprecatedWithin(0, undefined)).toBe(true);
    expect(deprecatedWithin(0, ago(-dayMs))).toBe(true);
    expect(deprecatedWithin(0, ago(1))).toBe(false);
  });
});

describe('whatever the criteria are', () => {
  const criteria = fc.array(
    fc.record({
      providers: fc.subarray(['amazon', accounts.home, accounts.eu]),
      names: fc.subarray(['web-*', 'db-?', '*']),
      productCodes: fc.subarray(['abc', 'xyz']),
      watermarks: fc.subarray(['1:*', '2:gold']),
      createdWithinDays: fc.option(fc.nat(60), { nil: undefined }),
      deprecatedWithinDays: fc.option(fc.nat(60), { nil: undefined }),
    }),
    { maxLength: 4 },
  );
  const images = fc.record({
    name: fc.constantFrom('web-1', 'db-1', undefined),
    account: fc.constantFrom(accounts.home, accounts.eu),
    productCodes: fc.subarray([{ code: 'abc', type: 'marketplace' }]),
    watermarks: fc.subarray(['1:a', '2:gold']),
    created: fc.nat(80).map((days) => ago(days * dayMs)),
    deprecated: fc.option(
      fc.integer({ min: -80, max: 80 }).map((days) => ago(days * dayMs)),
      { nil: undefined },
    ),
  });

  it('one more never forbids what was allowed', () => {
    fc.assert(
      fc.property(criteria, criteria, criteria, images, (before, more, after, over) => {
        fc.pre(isAllowed([...before, ...after], over));
        expect(isAllowed([...before, ...more, ...after], over)).toBe(true);
      }),
    );
  });

  it('one part less never forbids what was allowed', () => {
    const parts = fc.constantFrom(...Object.keys(criterion()));
    fc.assert(
      fc.property(criteria, parts, images, (all, part, over) => {
        fc.pre(isAllowed(all, over));
        const any = Object.entries(criterion()).filter(([name]) => name === part);
        const wider = all.map((one) => ({ ...one, ...Object.fromEntries(any) }));
        expect(isAllowed(wider, over)).toBe(true);
      }),
    );
  });
});
