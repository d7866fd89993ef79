import { describe, expect, it } from '@jest/globals';
import { tagged } from '../../src/aspects/tagged.ts';
import { ownTags } from '../../src/model/tags.ts';
import {
  accounts,
  attempts,
  birthTags,
  copiedSnapshot,
  copy,
  copyId,
  holding,
  image,
  observation,
  owner,
  snapshot,
  sourceId,
  target,
} from '../support/builders.ts';
import { writesOf } from '../support/differences.ts';

const team = { team: 'a', stage: 'prod' };
const wanted = target({ tags: team });
const place = { account: accounts.prod, region: 'eu-west-1' };
const snapshotId = copiedSnapshot().id;

describe('image and snapshots', () => {
  it('carry the wanted tags, beside whatever else', () => {
    const seen = holding({
      image: copy({ tags: { ...birthTags(), ...team, Name: 'web' } }),
      snapshots: [copiedSnapshot({ tags: { ...team, owner: 'x' } })],
    });
    expect(tagged(wanted, seen)).toEqual([]);
  });

  it('are given them in one call', () => {
    expect(writesOf(tagged(wanted, holding()))).toEqual([
      { kind: 'set-tags', place, resourceIds: [copyId, snapshotId], tags: team },
    ]);
  });

  it('are tagged each where it lacks one', () => {
    const seen = holding({
      image: copy({ tags: { ...birthTags(), ...team } }),
      snapshots: [copiedSnapshot({ tags: { team: 'a' } }), copiedSnapshot({ id: 'snap-2', tags: team })],
    });
    expect(writesOf(tagged(wanted, seen))).toMatchObject([{ resourceIds: [snapshotId] }]);
  });

  it('are told with what is there instead', () => {
    const seen = holding({
      image: copy({ tags: { ...birthTags(), ...team, team: 'A' } }),
      snapshots: [copiedSnapshot({ tags: {} }), copiedSnapshot({ id: 'snap-2', tags: team })],
    });
    const [key, value] = Object.entries(team)[0] ?? [];
    expect(tagged(target({ tags: { team: value ?? '' } }), seen)).toMatchObject([
      { wanted: `${key}=${value}`, found: `team=A on ${copyId}; team missing on ${snapshotId} (of 2)` },
    ]);
  });

  it('are missing also where they are called like a member that every object has', () => {
    const seen = holding({ snapshots: [] });
    expect(tagged(target({ tags: { constructor: 'me' } }), seen)).toMatchObject([
      { found: `constructor missing on ${copyId} (of 2)` },
    ]);
  });

  it('are tagged again where a value differs, in case too', () => {
    const seen = holding({
      image: copy({ tags: { ...birthTags(), ...team, team: 'A' } }),
      snapshots: [copiedSnapshot({ tags: team })],
    });
    expect(writesOf(tagged(wanted, seen))).toMatchObject([{ resourceIds: [copyId] }]);
  });

  it('need not have what was decided at birth: copied tags, and the run that made them', () => {
    const other = target({
      birthTags: { image: { Name: 'web', [ownTags.run]: 'acme/images/9999/1' }, snapshots: {} },
    });
    expect(tagged(other, holding())).toEqual([]);
  });
});

describe('our own tags', () => {
  const own = { [ownTags.source]: 'origin', [ownTags.run]: 'run' };
  const born = target({ birthTags: { image: { Name: 'web', ...own }, snapshots: { team: 'a', ...own } } });

  it('are put back on a copy that lost them, which only our token can have proved to be ours', () => {
    const [write] = writesOf(tagged(born, holding({ image: copy({ tags: {} }) })));
    expect(write).toMatchObject({ resourceIds: [copyId, snapshotId], tags: own });
    expect(write).not.toMatchObject({ tags: { Name: 'web' } });
  });

  it('are put back with the attempt that was asked for', () => {
    const asked = { imageId: copyId, attempt: 2, since: 0 };
    const seen = holding({ image: copy({ tags: {} }) }, { attempts: attempts({ made: 1, asked }) });
    const [write] = writesOf(tagged(target(), seen));
    expect(write).toMatchObject({ tags: { [ownTags.attempt]: '2' } });
  });

  it('are never given to the source itself', () => {
    const here = target({ owner: owner('home'), region: 'us-east-1', pull: undefined, tags: team });
    const born = { ...here, birthTags: { image: own, snapshots: own } };
    const seen = holding({ image: image(), inPlace: true, snapshots: [snapshot()] });
    expect(writesOf(tagged(born, seen))).toEqual([
      {
        kind: 'set-tags',
        place: { account: accounts.home, region: 'us-east-1' },
        resourceIds: [sourceId, snapshot().id],
        tags: team,
      },
    ]);
    expect(tagged({ ...born, tags: {} }, seen)).toEqual([]);
  });
});

describe('tags are not looked at', () => {
  it('before the copy is available: one pass sets them all', () => {
    expect(tagged(wanted, holding({ image: copy({ state: 'pending', tags: {} }) }))).toEqual([]);
  });

  it('where there is no image', () => {
    expect(tagged(wanted, observation())).toEqual([]);
  });
});
