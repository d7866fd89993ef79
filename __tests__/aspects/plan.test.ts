import { describe, expect, it } from '@jest/globals';
import { compare } from '../../src/aspects/compare.ts';
import { opening, planned, plannedWrites } from '../../src/aspects/plan.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { PlannedWrite } from '../../src/model/plan.ts';
import type { Target } from '../../src/model/promotion.ts';
import { ownTags } from '../../src/model/tags.ts';
import {
  account,
  accounts,
  birthTags,
  copiedSnapshot,
  copy,
  copyId,
  holding,
  image,
  keyArn,
  observation,
  owner,
  snapshot,
  source,
  sourceAccess,
  sourceId,
  target,
} from '../support/builders.ts';

const organization = {
  kind: 'organization',
  id: 'arn:aws:organizations::111122223333:organization/o-abcdef1234',
} as const;
const push = { owner: owner('home'), pull: undefined };
const shut = { sourceAccess: sourceAccess({ image: [], snapshots: new Map([[snapshot().id, []]]) }) };
const shared = { consumers: [account(accounts.eu), organization] };
const pending = holding({ image: copy({ state: 'pending', devices: [] }), snapshots: [] });

/** The copy of `target()` as a plan shows it. */
function copying(over: Partial<Extract<PlannedWrite, { kind: 'copy-image' }>> = {}): PlannedWrite {
  return {
    kind: 'copy-image',
    imageId: sourceId,
    fromRegion: 'us-east-1',
    name: 'web-2026-11-20',
    description: 'web, promoted',
    keyArn,
    completionMinutes: null,
    sizeGiB: 8,
    imageTags: {},
    snapshotTags: {},
    ...over,
  };
}

function planOf(over: Partial<Target>, seen: Observation = observation()): readonly PlannedWrite[] {
  const wanted = target(over);
  return plannedWrites(wanted, seen, compare(wanted, seen));
}

describe('what a plan shows of a copy', () => {
  it('is the copy alone where the source is the own, or open already', () => {
    expect(planOf(push, observation({ sourceAccess: undefined }))).toEqual([copying()]);
    expect(planOf({})).toEqual([copying()]);
  });

  it('is first what opens a source that is shut to the puller', () => {
    expect(planOf({}, observation(shut))).toEqual([
      {
        kind: 'open-source',
        imageId: sourceId,
        snapshotIds: [snapshot().id],
        account: accounts.prod,
      },
      copying(),
    ]);
  });

  it('is nothing to open where the source is open, and only not seen there yet', () => {
    expect(planOf({}, observation({ sourceSeen: false }))).toEqual([copying()]);
  });

  it('is its key, or that it has none; its time, and the size of all its volumes', () => {
    const plain = { key: { kind: 'none' }, completionMinutes: 15 } as const;
    const two = source({ snapshots: [snapshot(), snapshot({ id: 'snap-2', sizeGiB: 12 })] });
    expect(planOf({ ...plain, source: two }, observation({ key: undefined }))).toEqual([
      copying({ keyArn: null, completionMinutes: 15, sizeGiB: 20 }),
    ]);
  });

  it('is its name, description and tags with what is bound to one run left open', () => {
    const unbound = {
      name: 'web-{sha}',
      description: 'by run {run-id}',
      birthTags: {
        image: { team: 'a', [ownTags.run]: '{run}' },
        snapshots: { [ownTags.run]: '{run}' },
      },
    };
    const bound = { name: 'web-1f2e3d4', birthTags: { image: birthTags(), snapshots: birthTags() } };
    expect(planOf({ ...bound, unbound })).toEqual([
      copying({
        name: 'web-{sha}',
        description: 'by run {run-id}',
        imageTags: unbound.birthTags.image,
        snapshotTags: unbound.birthTags.snapshots,
      }),
    ]);
  });

  it('is who shall use it afterwards, without the id that it does not have yet', () => {
    expect(planOf(shared)).toEqual([
      copying(),
      { kind: 'share-image', imageId: null, add: [accounts.eu, organization.id] },
    ]);
  });

  it('is who may read its snapshots, one by one: the accounts only', () => {
    const two = source({ snapshots: [snapshot(), snapshot({ id: 'snap-2' })] });
    const sharing: PlannedWrite = { kind: 'share-snapshot', snapshotId: null, add: [accounts.eu] };
    expect(planOf({ ...shared, shareSnapshots: true, source: two }).slice(2)).toEqual([sharing, sharing]);
    expect(planOf({ consumers: [organization], shareSnapshots: true })).toHaveLength(2);
    expect(planOf({ shareSnapshots: true })).toEqual([copying()]);
  });

  it('is that IMDSv2 may have to be required of it where its source requires it', () => {
    const strict = source({ image: image({ imdsSupport: 'v2.0' }) });
    expect(planOf({ source: strict })).toEqual([
      copying(),
      { kind: 'require-imds-v2', imageId: null, ifNeeded: true },
    ]);
  });
});

describe('what a plan shows of a copy under way', () => {
  it('is what it will need, by its id; nothing else is made', () => {
    const strict = source({ image: image({ imdsSupport: 'v2.0' }) });
    expect(planOf({ ...shared, shareSnapshots: true, source: strict }, pending)).toEqual([
      { kind: 'require-imds-v2', imageId: copyId, ifNeeded: true },
      { kind: 'share-image', imageId: copyId, add: [accounts.eu, organization.id] },
      { kind: 'share-snapshot', snapshotId: null, add: [accounts.eu] },
    ]);
    expect(planOf({}, pending)).toEqual([]);
  });

  it('is that the source is opened again, where somebody shut it', () => {
    const wanted = target();
    expect(planOf({}, { ...pending, ...shut })).toEqual([opening(wanted)]);
  });
});

describe('what a plan shows of a copy that is there', () => {
  it('is nothing where it is as wanted', () => {
    expect(planOf({}, holding())).toEqual([]);
    expect(planOf(shared, holding({ permissions: shared.consumers }))).toEqual([]);
  });

  it('is each tag and each permission that it lacks, by its ids', () => {
    const seen = holding({
      snapshots: [copiedSnapshot({ tags: { team: 'a' } })],
      permissions: [organization],
      snapshotPermissions: new Map([[copiedSnapshot().id, []]]),
    });
    expect(planOf({ ...shared, tags: { team: 'a' }, shareSnapshots: true }, seen)).toEqual([
      { kind: 'set-tags', resourceIds: [copyId], tags: { team: 'a' } },
      { kind: 'share-image', imageId: copyId, add: [accounts.eu] },
      { kind: 'share-snapshot', snapshotId: copiedSnapshot().id, add: [accounts.eu] },
    ]);
  });

  it('is IMDSv2 where it did not come along: that is certain', () => {
    const strict = source({ image: image({ imdsSupport: 'v2.0' }) });
    expect(planOf({ source: strict }, holding())).toEqual([
      { kind: 'require-imds-v2', imageId: copyId, ifNeeded: false },
    ]);
  });
});

describe('a planned write', () => {
  it('holds nothing of its run', () => {
    const wanted = target();
    const place = { account: accounts.prod, region: 'eu-west-1' };
    const tags = { team: 'a', [ownTags.run]: 'acme/images/4711/1' };
    const write = { kind: 'set-tags', place, resourceIds: [copyId], tags } as const;
    expect(planned(wanted, write)).toEqual({
      kind: 'set-tags',
      resourceIds: [copyId],
      tags: { team: 'a', [ownTags.run]: '{run}' },
    });
    const [copied] = planOf({});
    expect(JSON.stringify(copied)).not.toMatch(/token|attempt|4711/);
  });

  it('opens the same snapshots in whatever order AWS shows them', () => {
    const [a, b] = [snapshot({ id: 'snap-a' }), snapshot({ id: 'snap-b' })];
    const openingOf = (snapshots: (typeof a)[]) => opening(target({ source: source({ snapshots }) }));
    expect(openingOf([b, a])).toEqual(openingOf([a, b]));
  });
});
