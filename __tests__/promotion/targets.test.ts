import { describe, expect, it } from '@jest/globals';
import { Failed } from '../../src/model/failure.ts';
import { type Placement, type Promotion, placeOf, titleOf } from '../../src/model/promotion.ts';
import { ownTags } from '../../src/model/tags.ts';
import { noteOf, targetsOf } from '../../src/promotion/targets.ts';
import { accounts, image, owner, placement, promotion, run, source, sourceId } from '../support/builders.ts';

const startedAt = Date.UTC(2026, 10, 21, 9, 0, 0, 123);
const arm = source({
  key: 'arm',
  image: image({ id: 'ami-0aaaaaaaaaaaaaaaa', name: 'web-arm', architecture: 'arm64' }),
});

/** A promotion, and what is the same at all of its places. */
type Over = Partial<Omit<Promotion, 'placements'>> &
  Partial<Pick<Placement, 'name' | 'tags'>> & {
    readonly regions?: readonly Pick<Placement, 'region' | 'required'>[];
  };

function targetsFor(over: Over = {}, sources = [source()]) {
  const { regions = [{ region: 'eu-west-1', required: true }], name, tags, ...rest } = over;
  const { owners } = promotion(rest);
  const same = { ...(name && { name }), ...(tags && { tags }) };
  const placements = owners.flatMap((of) =>
    regions.map((wanted) => placement({ owner: of, ...wanted, ...same })),
  );
  const wanted = promotion({ ...rest, placements });
  return targetsOf(wanted, sources, run(), noteOf(wanted, run(), startedAt));
}

/** The only target of a promotion that has one. */
function targetFor(over: Over = {}, of = source()) {
  const [only, ...others] = targetsFor(over, [of]);
  if (only === undefined || others.length > 0) {
    throw new Error('this promotion has not one target');
  }
  return only;
}

describe('the targets of a promotion', () => {
  it('are every source image in every account and every Region', () => {
    const regions = [
      { region: 'eu-west-1', required: true },
      { region: 'me-central-1', required: false },
    ];
    const targets = targetsFor({ owners: [owner('prod'), owner('eu')], regions }, [source(), arm]);
    expect(targets.map(titleOf)).toEqual([
      'web × prod × eu-west-1',
      'web × prod × me-central-1',
      'web × eu × eu-west-1',
      'web × eu × me-central-1',
      'arm × prod × eu-west-1',
      'arm × prod × me-central-1',
      'arm × eu × eu-west-1',
      'arm × eu × me-central-1',
    ]);
    expect(targets.map(({ required }) => required)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(targets.map(placeOf)[1]).toEqual({ account: accounts.prod, region: 'me-central-1' });
  });

  it('are refused where two images would have one name at one place', () => {
    const name = ['golden'];
    const refused = () => targetsFor({ name }, [source(), arm]);
    expect(refused).toThrow(Failed);
    expect(refused).toThrow(/SameNameTwice/);
    expect(targetsFor({ name: ['golden-', { variable: 'arch' }] }, [source(), arm])).toHaveLength(2);
  });

  it('may have one name at different places', () => {
    const regions = ['eu-west-1', 'eu-north-1'].map((region) => ({ region, required: true }));
    expect(targetsFor({ name: ['golden'], owners: [owner('prod'), owner('eu')], regions })).toHaveLength(4);
  });
});

describe('who copies', () => {
  it('is the home account, into its own Regions', () => {
    expect(targetFor({ owners: [owner('home')] }).pull).toBeUndefined();
  });

  it('is the owner elsewhere: it pulls what is opened to it, under one note for the whole step', () => {
    const targets = targetsFor({ owners: [owner('prod'), owner('eu')] });
    expect(targets.map(({ pull }) => pull?.run)).toEqual([
      `${run().id}/${run().process}`,
      `${run().id}/${run().process}`,
    ]);
    expect(new Set(targets.map(({ pull }) => pull?.deadline)).size).toBe(1);
  });

  it('may need the source for two days after the step’s own time: copies go on when a step ends', () => {
    expect(targetFor({ waitMinutes: 240 }).pull?.deadline).toBe('2026-11-23T13:00:00Z');
    expect(targetFor({ waitMinutes: 0 }).pull?.deadline).toBe('2026-11-23T09:00:00Z');
  });
});

describe('the name', () => {
  it('is the template with each variable filled in', () => {
    const name = [
      { variable: 'source-name' },
      '/',
      { variable: 'key' },
      '/',
      { variable: 'arch' },
      '/',
      { variable: 'region' },
      '/',
      { variable: 'account' },
      '/',
      { variable: 'date' },
      '/',
      { variable: 'sha' },
      '/',
      { variable: 'run-id' },
    ] as const;
    expect(targetFor({ name }).name).toBe(
      `web-2026-11-20/web/x86_64/eu-west-1/${accounts.prod}/2026-11-20/${run().sha}/4711`,
    );
  });

  it('has the date at which the source was made, in UTC, so that it is the same on every day', () => {
    const late = source({ image: image({ created: '2025-12-31T23:59:59.000Z' }) });
    expect(targetFor({ name: [{ variable: 'date' }] }, late).name).toBe('2025-12-31');
  });

  it('falls back to the id of a source without a name', () => {
    const nameless = source({ image: image({ name: undefined }) });
    expect(targetFor({}, nameless).name).toBe(sourceId);
  });
});

describe('the description', () => {
  it('is a sentence of provenance, unless one is given', () => {
    expect(targetFor().description).toBe(
      `Copy of ${sourceId} (${accounts.home}, us-east-1), promoted by acme/images, run 4711`,
    );
    expect(targetFor({ description: ['of ', { variable: 'key' }] }).description).toBe('of web');
  });

  it('is cut to the 255 characters that AWS takes', () => {
    expect(targetFor({ description: ['x'.repeat(300)] }).description).toHaveLength(255);
  });
});

describe('what a plan holds', () => {
  it('has placeholders where a text is bound to one run', () => {
    const name = [
      { variable: 'source-name' },
      '-',
      { variable: 'sha' },
      '-',
      { variable: 'run-id' },
    ] as const;
    const { unbound } = targetFor({ name, tags: { team: 'a' } });
    expect(unbound.name).toBe('web-2026-11-20-{sha}-{run-id}');
    expect(unbound.description).toBe(
      `Copy of ${sourceId} (${accounts.home}, us-east-1), promoted by {repository}, run {run-id}`,
    );
    expect(unbound.birthTags.snapshots).toEqual({
      team: 'a',
      [ownTags.source]: source().origin,
      [ownTags.run]: '{run}',
    });
  });
});

describe('the tags of a new copy', () => {
  const tagged = source({
    image: image({
      tags: {
        Name: 'web',
        team: 'theirs',
        'aws:cloudformation:stack-name': 'x',
        'promote-ami:source': 'elsewhere/us-east-1/ami-0',
        'promote-ami:attempt': '3',
        'promote-ami:pull:acme/images/1/1': '2026-11-23T13:00:00Z',
      },
    }),
    origin: 'elsewhere/us-east-1/ami-0',
  });
  const own = { [ownTags.source]: 'elsewhere/us-east-1/ami-0', [ownTags.run]: run().id };

  it('are the source’s on the image only, the wanted ones over them, and ours over all', () => {
    const tags = { team: 'a', [ownTags.run]: 'another' };
    expect(targetFor({ tags }, tagged).birthTags).toEqual({
      image: { Name: 'web', team: 'a', ...own },
      snapshots: { team: 'a', ...own },
    });
  });

  it('are never AWS’s, and never what we noted on the source', () => {
    const keys = Object.keys(targetFor({}, tagged).birthTags.image);
    expect(keys.sort()).toEqual(['Name', ownTags.run, ownTags.source, 'team'].sort());
  });

  it('leave the source’s out when they are not to be copied', () => {
    expect(targetFor({ copyTags: false, tags: { team: 'a' } }, tagged).birthTags.image).toEqual({
      team: 'a',
      ...own,
    });
  });

  it('speak of the origin, so that a copy of a copy is found as one', () => {
    expect(targetFor({}, tagged).birthTags.snapshots[ownTags.source]).toBe(tagged.origin);
  });

  it('are not what is compared later: that is only what the input tags says', () => {
    expect(targetFor({ tags: { team: 'a' } }, tagged).tags).toEqual({ team: 'a' });
    expect(targetFor({}, tagged).tags).toEqual({});
  });
});
