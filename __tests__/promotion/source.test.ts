import { describe, expect, it } from '@jest/globals';
import { callsOf, writesIn } from '../../simulator/look.ts';
import { ownTags } from '../../src/model/tags.ts';
import { home, prod, sourceId, sourceRegion, sourceSnapshots } from '../support/organization.ts';
import { idOf, imageFile, only, scenario, told, toldByPlace, untag } from '../support/scenario.ts';

const second = imageFile(
  { account: home, region: sourceRegion },
  { name: 'web-2', architecture: 'arm64' },
  'b',
);

describe('a source that cannot be promoted', () => {
  it.each([
    ['SourceNotFound', 'ami-0123456789abcdef9', {}],
    ['SourceNotFound', sourceId, { image: { state: 'deregistered' } }],
  ])('is refused as %s: %s', async (code, source, changes) => {
    const at = scenario(changes);
    const step = await at.run({ source });
    expect(step.failure).toMatchObject({ code, where: `${home}/${sourceRegion}` });
    expect(step.failure?.meaning).toContain(source);
    expect(step.result.outcomes).toEqual([]);
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is refused when it is in another Region than source-region says', async () => {
    const step = await scenario().run({ 'source-region': 'us-west-2' });
    expect(step.failure).toMatchObject({ code: 'SourceNotFound' });
  });

  it("is refused when it is a stranger's, though it is open to us", async () => {
    const at = scenario(
      imageFile({ account: prod, region: sourceRegion }, { 'launch-permissions': [home] }, 'c'),
    );
    const step = await at.run({ source: idOf('c') });
    expect(step.failure).toMatchObject({ code: 'SourceOfAnotherAccount' });
    expect(step.failure?.meaning).toContain(prod);
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is refused when one of its snapshots is gone', async () => {
    const at = scenario();
    at.world.snapshots.delete(sourceSnapshots[1]);
    const step = await at.run();
    expect(step.failure).toMatchObject({ code: 'SourceSnapshotMissing' });
    expect(step.failure?.meaning).toContain(sourceSnapshots[1]);
  });

  it.each(['failed', 'disabled'])('is refused when it is %s, where a copy is needed only', async (state) => {
    const at = scenario();
    await at.run();
    const source = at.world.images.get(sourceId);
    if (source !== undefined) {
      source.state = state === 'failed' ? 'failed' : 'disabled';
    }
    const step = await at.run({ regions: 'eu-west-1\neu-central-1' }, { runId: '1002' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'unchanged',
      'home eu-central-1': 'failed: SourceNotAvailable',
    });
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });
});

describe('a source that is pending', () => {
  it('is awaited, and promoted once it is available', async () => {
    const at = scenario({ image: { state: 'pending' } });
    at.world.onCall = (call) => {
      const source = at.world.images.get(sourceId);
      if (source !== undefined && call.at > Date.UTC(2026, 10, 21, 0, 5)) {
        source.state = 'available';
      }
    };
    const step = await at.run();
    expect(told(only(step))).toBe('promoted');
    expect(step.lines.filter((line) => line.includes('waiting until it is available'))).toHaveLength(1);
    expect(only(step)).toMatchObject({ target: { name: 'web-1' } });
  });

  it('is refused when the time is over before', async () => {
    const at = scenario({ image: { state: 'pending' } });
    const step = await at.run({ 'wait-minutes': '5' });
    expect(step.failure).toMatchObject({ code: 'SourceStillPending' });
    expect(writesIn(at.world)).toEqual([]);
  });
});

describe('several sources', () => {
  it('are promoted side by side, each under its own key', async () => {
    const at = scenario(second);
    const step = await at.run({
      source: `amd64=${sourceId}\narm64=${idOf('b')}`,
      regions: 'eu-west-1\neu-central-1',
      name: 'web-{key}-{region}',
    });
    expect(
      step.result.outcomes.map((outcome) => [outcome.target.source.key, outcome.target.name, told(outcome)]),
    ).toEqual([
      ['amd64', 'web-amd64-eu-west-1', 'promoted'],
      ['amd64', 'web-amd64-eu-central-1', 'promoted'],
      ['arm64', 'web-arm64-eu-west-1', 'promoted'],
      ['arm64', 'web-arm64-eu-central-1', 'promoted'],
    ]);
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(4);
  });

  it('that would have one name at one place are refused', async () => {
    const at = scenario(imageFile({ account: home, region: sourceRegion }, { name: 'web-2' }, 'b'));
    const step = await at.run({ source: `one=${sourceId}\ntwo=${idOf('b')}`, name: 'web-{arch}' });
    expect(step.failure).toMatchObject({ code: 'SameNameTwice' });
    expect(writesIn(at.world)).toEqual([]);
  });

  it('that are called alike for want of a key are refused', async () => {
    const at = scenario(imageFile({ account: home, region: sourceRegion }, { name: 'web-1' }, 'b'));
    const step = await at.run({ source: `${sourceId}\n${idOf('b')}` });
    expect(step.failure).toMatchObject({ code: 'SameKeyTwice' });
    expect(writesIn(at.world)).toEqual([]);
  });
});

describe('a source that is itself a copy of ours', () => {
  it('hands its origin on, so that a copy made from elsewhere is found', async () => {
    const at = scenario();
    const first = only(await at.run());
    const copy = 'image' in first ? first.image.id : '';
    await at.run({ regions: 'us-west-2' }, { runId: '1002' });
    const again = await at.run(
      { source: copy, 'source-region': 'eu-west-1', regions: 'us-west-2\neu-central-1' },
      { runId: '1003' },
    );
    expect(toldByPlace(again)).toEqual({ 'home us-west-2': 'unchanged', 'home eu-central-1': 'promoted' });
    const last = again.result.outcomes.at(-1);
    const made = at.world.images.get(last !== undefined && 'image' in last ? last.image.id : '');
    expect(made?.tags.get(ownTags.source)).toBe(`${home}/${sourceRegion}/${sourceId}`);
    expect(made?.lineage).toEqual({ imageId: copy, region: 'eu-west-1' });
  });

  it('is its own origin once its tags are gone', async () => {
    const at = scenario();
    const first = only(await at.run());
    const copy = 'image' in first ? first.image.id : '';
    const image = at.world.images.get(copy);
    if (image !== undefined) {
      untag(at.world, image);
    }
    const step = only(
      await at.run({ source: copy, 'source-region': 'eu-west-1', regions: 'us-west-2' }, { runId: '1002' }),
    );
    expect(step).toMatchObject({
      state: 'promoted',
      target: { source: { origin: `${home}/eu-west-1/${copy}` } },
    });
  });
});
