import { describe, expect, it } from '@jest/globals';
import {
  alwaysEnabledRegions,
  awsDnsSuffixes,
  knownRegions,
  partitionOf,
} from '../../src/model/partition.ts';

describe('the partition of a Region', () => {
  it.each([
    ['us-east-1', 'aws'],
    ['ap-southeast-7', 'aws'],
    ['mx-central-1', 'aws'],
    ['eu-isolde-12', 'aws'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['cn-north-1', 'aws-cn'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('%s is %s', (region, id) => {
    expect(partitionOf(region)?.id).toBe(id);
  });

  it.each(['', 'us-east', 'us-east-1a', 'US-EAST-1', 'us-east-1 ', 'xx-east-1', 'eu-west-1\n', 'global'])(
    '%j is no Region',
    (region) => {
      expect(partitionOf(region)).toBeUndefined();
    },
  );

  it('is known for every Region that is known', () => {
    expect(knownRegions.filter((region) => partitionOf(region) === undefined)).toEqual([]);
    expect(new Set(knownRegions).size).toBe(knownRegions.length);
  });

  it('has a home Region that every account has', () => {
    for (const region of alwaysEnabledRegions) {
      const partition = partitionOf(region);
      expect(alwaysEnabledRegions).toContain(partition?.homeRegion);
      expect(partitionOf(partition?.homeRegion ?? '')).toBe(partition);
    }
  });

  it('has a name service of its own in China and in the European cloud', () => {
    expect(partitionOf('cn-north-1')).toMatchObject({
      dnsSuffix: 'amazonaws.com.cn',
      oidcAudience: 'sts.amazonaws.com.cn',
    });
    expect(partitionOf('eusc-de-east-1')).toMatchObject({ dnsSuffix: 'amazonaws.eu' });
    expect(partitionOf('us-gov-east-1')).toMatchObject({
      dnsSuffix: 'amazonaws.com',
      oidcAudience: 'sts.amazonaws.com',
    });
  });
});

describe('the hosts of AWS', () => {
  it('end in the suffix of some partition, each told once', () => {
    expect(awsDnsSuffixes).toEqual(
      expect.arrayContaining(['amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu', 'api.aws']),
    );
    expect(new Set(awsDnsSuffixes).size).toBe(awsDnsSuffixes.length);
  });
});
