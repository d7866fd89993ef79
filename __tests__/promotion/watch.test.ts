import { describe, expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import { Watch } from '../../src/promotion/watch.ts';
import { withAws } from '../support/aws.ts';
import { home } from '../support/organization.ts';
import { idOf, imageFile, type Scenario, scenario, together } from '../support/scenario.ts';

const place = { account: home, region: 'eu-west-1' };
const signal = new AbortController().signal;

function withTwoImages(faults: readonly object[] = []): Scenario {
  return scenario({ ...together(imageFile(place, {}, 'a'), imageFile(place, {}, 'b')), faults });
}

function wish(digit: string) {
  return { imageId: idOf(digit), origin: undefined };
}

const journal = { append: () => Promise.resolve() };

function watching<T>(at: Scenario, work: (watch: Watch) => Promise<T>): Promise<T> {
  const reporter = {
    line: () => undefined,
    beat: () => undefined,
    trace: () => undefined,
    landed: () => undefined,
  };
  return withAws(at, (aws) =>
    work(new Watch(place, { aws, clock: at.time, reporter, journal, signal }, 10_000)),
  );
}

describe('the poller of a place', () => {
  it('answers all who wait with one call', async () => {
    const at = withTwoImages();
    const news = await watching(at, (watch) => Promise.all([watch.next(wish('a')), watch.next(wish('b'))]));
    expect(news.map((images) => images.map(({ id }) => id))).toEqual([[idOf('a')], [idOf('b')]]);
    expect(callsOf(at.world, 'DescribeImages')).toHaveLength(1);
  });

  it('answers who came while a look was under way with the next look, not with that one', async () => {
    const at = withTwoImages([{ action: 'ec2:DescribeImages', nth: 1, do: 'delay', milliseconds: 5000 }]);
    const news = await watching(at, async (watch) => {
      const first = watch.next(wish('a'));
      await at.time.sleep(12_000, signal);
      return Promise.all([first, watch.next(wish('b'))]);
    });
    expect(news.map((images) => images.map(({ id }) => id))).toEqual([[idOf('a')], [idOf('b')]]);
    expect(callsOf(at.world, 'DescribeImages')).toHaveLength(2);
  });

  it('answers everybody with the failure of the look, and looks again for the next who asks', async () => {
    const at = withTwoImages([{ action: 'ec2:DescribeImages', nth: 1, do: 'access-denied' }]);
    await watching(at, async (watch) => {
      const both = await Promise.allSettled([watch.next(wish('a')), watch.next(wish('b'))]);
      expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(await watch.next(wish('a'))).toHaveLength(1);
    });
  });
});
