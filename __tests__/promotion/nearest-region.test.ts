import { describe, expect, it } from '@jest/globals';
import { nearestTo } from '../../src/promotion/nearest-region.ts';

const of = (region: string, ...regions: readonly string[]) => nearestTo(region, regions, (one) => one);

describe('the nearest of several Regions', () => {
  it.each([
    ['the same one before any other', of('eu-west-1', 'us-east-1', 'eu-central-1', 'eu-west-1'), 'eu-west-1'],
    [
      'else the first of the same area',
      of('eu-west-1', 'us-east-1', 'eu-north-1', 'eu-west-3'),
      'eu-north-1',
    ],
    ['else the first', of('sa-east-1', 'us-east-1', 'eu-west-1'), 'us-east-1'],
    ['with areas of two words', of('us-gov-east-1', 'us-gov-west-1'), 'us-gov-west-1'],
    ['and nothing of nothing', of('eu-west-1'), undefined],
  ])('is %s', (_what, found, expected) => {
    expect(found).toBe(expected);
  });

  it('does not take us-gov for us', () => {
    expect(of('us-east-1', 'ap-south-1', 'us-gov-west-1')).toBe('ap-south-1');
  });
});
