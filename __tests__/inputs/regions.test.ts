import { describe, expect, it } from '@jest/globals';
import { sentenceOf } from '../../src/model/fault.ts';
import { least, parse, promotionOf, type Said, sentencesOf } from './asking.ts';

describe('The source Region', () => {
  it.each([
    ['us-east1', 'did you mean "us-east-1"?'],
    ['us-east-1a', 'did you mean "us-east-1"?'],
    ['US-EAST-1', 'did you mean "us-east-1"?'],
    ['none', 'write a name such as us-east-1'],
  ])('is not %s', (region, right) => {
    expect(sentencesOf({ 'source-region': region })).toEqual([
      `source-region: "${region}" is not the name of a Region; ${right}`,
    ]);
  });
});

describe('A source Region that is left out', () => {
  it.each([{}, { 'source-region': 'auto' }])('cannot be found out from an AMI id: %j', (given) => {
    const { 'source-region': _, ...others } = least;
    const parsing = parse({ ...others, ...given });
    expect(parsing.ok ? [] : parsing.faults.map(sentenceOf)).toEqual([
      'source-region: "auto" can be found out only where every source is a manifest with images of source-account; write the Region of the source image, such as us-east-1',
    ]);
  });
});

function regionsOf(said: Said) {
  return promotionOf(said).placements.map(({ region, required }) => ({ region, required }));
}

describe('Regions', () => {
  it('are required or optional', () => {
    const said = { regions: 'us-east-1\neu-west-1', 'optional-regions': 'me-central-1' };
    expect(regionsOf(said)).toEqual([
      { region: 'us-east-1', required: true },
      { region: 'eu-west-1', required: true },
      { region: 'me-central-1', required: false },
    ]);
  });

  it('may be ones that AWS opened since', () => {
    expect(regionsOf({ regions: 'eu-northwest-7' })).toEqual([{ region: 'eu-northwest-7', required: true }]);
  });

  it.each(['regions', 'optional-regions'])('of the wrong shape are faults of %s', (name) => {
    expect(sentencesOf({ [name]: 'eu-west1' })).toEqual([
      `${name}: "eu-west1" is not the name of a Region; did you mean "eu-west-1"?`,
    ]);
  });

  it('are on lines of their own', () => {
    expect(sentencesOf({ regions: 'us-east-1, eu-west-1' })).toEqual([
      'regions: "us-east-1, eu-west-1" is not the name of a Region; write one per line and nothing else: no comma, dash, bracket or comment',
    ]);
  });

  it('are in the partition of the source', () => {
    expect(sentencesOf({ regions: 'cn-north-1', 'optional-regions': 'us-gov-west-1' })).toEqual([
      'regions: "cn-north-1" is in the partition aws-cn, and the source is in aws; name Regions of aws only, because images cannot be copied across partitions',
      'optional-regions: "us-gov-west-1" is in the partition aws-us-gov, and the source is in aws; name Regions of aws only, because images cannot be copied across partitions',
    ]);
  });

  it.each(['regions', 'optional-regions'])('are listed once in %s', (name) => {
    expect(sentencesOf({ [name]: 'eu-west-1\neu-west-2\neu-west-1' })).toEqual([
      `${name}: "eu-west-1" is listed twice; list it once`,
    ]);
  });

  it('are in one of the two lists', () => {
    expect(sentencesOf({ regions: 'eu-west-1', 'optional-regions': 'eu-west-1' })).toEqual([
      'optional-regions: "eu-west-1" is listed in regions too; keep it in one of the two lists',
    ]);
  });

  it('are still judged when the source Region is not known', () => {
    expect(sentencesOf({ 'source-region': '?', regions: 'eu-west1' })).toHaveLength(2);
  });

  it('may not be none among others', () => {
    expect(sentencesOf({ 'optional-regions': 'none\neu-west-1' })).toEqual([
      'optional-regions: "none" is not the name of a Region; write a name such as us-east-1',
    ]);
    expect(sentencesOf({ regions: 'none' })).toHaveLength(1);
  });
});
