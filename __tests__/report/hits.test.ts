import { describe, expect, it } from '@jest/globals';
import { hitsOf, titleFrom } from '../../src/report/hits.ts';

function targets(...places: readonly (readonly [image: string, region: string])[]) {
  return places.map(([image, region]) => ({ image, owner: 'stg', region }));
}

const all = targets(
  ['amd64', 'eu-west-1'],
  ['amd64', 'us-east-1'],
  ['arm64', 'eu-west-1'],
  ['arm64', 'us-east-1'],
);
const hits = (...some: ReturnType<typeof targets>) => hitsOf(some.map(titleFrom), all);

describe('the targets that something hits', () => {
  it('are all of them in a word', () => {
    expect(hits(...all)).toEqual({ count: 'All 4 targets', listed: [] });
  });

  it('are a place with its images in brackets, where it hits all of these', () => {
    expect(hits(...targets(['amd64', 'eu-west-1'], ['arm64', 'eu-west-1'], ['arm64', 'us-east-1']))).toEqual({
      count: '3 targets',
      listed: ['stg × eu-west-1 (amd64, arm64)', 'arm64 × stg × us-east-1'],
    });
  });

  it('are an image and an owner with the Regions in brackets, where it hits several', () => {
    const others = targets(['amd64', 'ap-south-1'], ['arm64', 'ap-south-1']);
    const some = targets(['amd64', 'eu-west-1'], ['amd64', 'us-east-1'], ['arm64', 'ap-south-1']);
    expect(hitsOf(some.map(titleFrom), [...all, ...others]).listed).toEqual([
      'amd64 × stg (eu-west-1, us-east-1)',
      'arm64 × stg × ap-south-1',
    ]);
  });

  it('are named where the step has one or two', () => {
    const [only] = targets(['amd64', 'eu-west-1']);
    expect(hitsOf(['amd64 × stg × eu-west-1'], only === undefined ? [] : [only])).toEqual({
      count: '1 target',
      listed: ['amd64 × stg × eu-west-1'],
    });
  });
});
