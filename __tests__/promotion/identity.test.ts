import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, liveImagesIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import { snapshotIdsOf } from '../../simulator/services/ec2/image-snapshots.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { ownTags } from '../../src/model/tags.ts';
import { consumer, home, sourceId, sourceRegion } from '../support/organization.ts';
import {
  failureOf,
  idOf,
  imageFile,
  onceAt,
  only,
  scenario,
  sole,
  together,
  told,
  untag,
} from '../support/scenario.ts';

const there = { account: home, region: 'eu-west-1' };
const origin = `${home}/${sourceRegion}/${sourceId}`;
const tags = { [ownTags.source]: origin };
const lineage = { image: sourceId, region: sourceRegion };

function warnings({ differences }: Outcome): readonly string[] {
  return differences.flatMap(({ mend, found }) => (mend.kind === 'warning' ? [found] : []));
}

describe('a copy that is available', () => {
  it('and right is nothing to write', async () => {
    const at = scenario(imageFile(there, { tags, lineage }));
    expect(only(await at.run())).toMatchObject({
      state: 'unchanged',
      image: { id: idOf('a') },
      differences: [],
    });
    expect(writesIn(at.world)).toEqual([]);
  });

  it('and different in tags and sharing is mended in those, and in nothing else', async () => {
    const at = scenario(imageFile(there, { tags, lineage }));
    const step = await at.run({ tags: 'stage=prod', 'share-with': consumer });
    expect(only(step)).toMatchObject({ state: 'promoted', how: 'mended', image: { id: idOf('a') } });
    const image = at.world.images.get(idOf('a'));
    expect(
      writesIn(at.world)
        .map(({ action, params }) => `${action} ${params.ImageId ?? params.Resources}`)
        .sort(),
    ).toEqual([
      `CreateTags ${[idOf('a'), ...(image === undefined ? [] : snapshotIdsOf(image.devices))]}`,
      `ModifyImageAttribute ${idOf('a')}`,
    ]);
  });

  it('and one of several of ours: the best is used, and the ids of the others are told', async () => {
    const at = scenario(
      together(
        imageFile(there, { tags, lineage, created: '2026-11-20T12:00:00Z' }, 'a'),
        imageFile(there, { tags, lineage, created: '2026-11-20T11:00:00Z' }, 'b'),
        imageFile(there, { tags, lineage, created: '2026-11-20T13:00:00Z' }, 'c'),
      ),
    );
    const outcome = only(await at.run());
    expect(outcome).toMatchObject({ state: 'unchanged', image: { id: idOf('b') } });
    const [said, ...more] = warnings(outcome);
    expect(more).toEqual([]);
    expect(said).toContain(idOf('a'));
    expect(said).toContain(idOf('c'));
    expect(liveImagesIn(at.world, home, 'eu-west-1')).toHaveLength(3);
    expect(writesIn(at.world)).toEqual([]);
  });

  it('and wrong in its key cannot be mended: the message says how to replace it', async () => {
    const other = '00000000-0000-4000-8000-0000000000ff';
    const files = imageFile(there, { tags, lineage });
    const snapshots = files.snapshots.map((snapshot) => ({ ...snapshot, key: 'alias/other' }));
    const at = scenario({
      ...files,
      snapshots,
      keys: [{ id: other, ...there, alias: 'alias/other' }],
    });
    const failure = failureOf(await at.run());
    expect(failure).toMatchObject({ kind: 'precondition' });
    const said = `${failure.meaning} ${failure.cure} ${failure.paste?.text ?? ''}`;
    expect(said).toContain(idOf('a'));
    expect(said).toMatch(/deregister/i);
    expect(writesIn(at.world)).toEqual([]);
    const image = at.world.images.get(idOf('a'));
    if (image !== undefined) {
      image.state = 'deregistered';
    }
    expect(only(await at.run({}, { runId: '1002' }))).toMatchObject({ state: 'promoted', how: 'copied' });
  });

  it('and wrong in what it is cannot be mended either', async () => {
    const at = scenario(imageFile(there, { tags, lineage, architecture: 'arm64' }));
    const failure = failureOf(await at.run());
    expect(`${failure.meaning} ${failure.cure}`).toMatch(/deregister/i);
    expect(writesIn(at.world)).toEqual([]);
  });
});

describe('a copy that is pending', () => {
  it('is adopted with the tags and sharing that it lacks', async () => {
    const at = scenario({ copying: { seconds: 600 } });
    await at.run({ 'wait-minutes': '0' });
    const step = await at.run({ tags: 'stage=prod', 'share-with': consumer }, { runId: '1002' });
    expect(only(step)).toMatchObject({ state: 'promoted', how: 'adopted' });
    const copy = sole(imagesIn(at.world, home, 'eu-west-1'));
    expect(copy.tags.get('stage')).toBe('prod');
    expect(snapshotsIn(at.world, home, 'eu-west-1').map((one) => one.tags.get('stage'))).toEqual([
      'prod',
      'prod',
    ]);
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });

  it("and fails while a later run waits for it is that run's failure, and the next one's attempt 2", async () => {
    const at = scenario({
      copying: { seconds: 600 },
      faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'fail-copy' }],
    });
    await at.run({ 'wait-minutes': '0' });
    expect(failureOf(await at.run({}, { runId: '1002' }))).toMatchObject({ code: 'CopyFailed' });
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
    expect(only(await at.run({}, { runId: '1003' }))).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(sole(liveImagesIn(at.world, home, 'eu-west-1')).tags.get(ownTags.attempt)).toBe('2');
  });
});

describe('a candidate', () => {
  const files = imageFile(there, { name: 'web-1', lineage });

  it("is reported with the command that adopts it, and in nobody's way", async () => {
    const at = scenario(files);
    const outcome = only(await at.run());
    expect(outcome).toMatchObject({ state: 'promoted', how: 'copied' });
    const said = warnings(outcome).join('\n');
    expect(said).toContain(idOf('a'));
    expect(said).toContain(`aws ec2 create-tags --region eu-west-1 --resources ${idOf('a')}`);
    expect(said).toContain(ownTags.source);
    expect(said).toContain(origin);
    expect(at.world.images.get(idOf('a'))?.tags.size).toBe(0);
  });

  it('is reported by a plan too', async () => {
    const at = scenario(files);
    const { result } = await at.run({ mode: 'plan' });
    expect(JSON.stringify(result.plan?.targets[0]?.warnings)).toContain('aws ec2 create-tags');
  });

  it('is ours once that command was run', async () => {
    const at = scenario(files);
    at.world.images.get(idOf('a'))?.tags.set(ownTags.source, origin);
    const outcome = only(await at.run());
    expect(outcome).toMatchObject({ image: { id: idOf('a') } });
    expect(callsOf(at.world, 'CopyImage')).toEqual([]);
    expect(told(only(await at.run({}, { runId: '1002' })))).toBe('unchanged');
  });

  it('is no candidate on its way: AWS shows neither name nor lineage then', async () => {
    const at = scenario(imageFile(there, { state: 'pending', lineage }));
    const outcome = only(await at.run());
    expect(outcome).toMatchObject({ state: 'promoted', how: 'copied' });
  });
});

describe('an image made by hand', () => {
  it('under the same name is a problem, not a match', async () => {
    const at = scenario(imageFile(there, { name: 'web-1' }));
    const failure = failureOf(await at.run());
    expect(failure).toMatchObject({ code: 'NameTaken' });
    expect(failure.meaning).toContain(idOf('a'));
    expect(writesIn(at.world)).toEqual([]);
  });

  it('with our tag but a lineage of something else is none of ours', async () => {
    const stranger = { image: idOf('b'), region: sourceRegion };
    const at = scenario(
      together(
        imageFile({ account: home, region: sourceRegion }, {}, 'b'),
        imageFile(there, { tags, lineage: stranger }, 'a'),
      ),
    );
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(at.world.images.get(idOf('a'))?.state).toBe('available');
  });
});

describe('a source that changed between two runs', () => {
  const slow = { copying: { seconds: 900 }, switches: { 'visibility-lag-seconds': 200 } };

  it.each([
    ['a tag', () => ({})],
    ['the description', () => ({ description: 'another' })],
    ['the name', () => ({ name: 'web-{run-id}' })],
  ])('in %s is met as a mismatch of parameters, and makes no second copy', async (what, given) => {
    const at = scenario(slow);
    const death = new AbortController();
    onceAt(
      at.world,
      (call) => call.action === 'CopyImage',
      () => death.abort(),
    );
    await at.run({}, { signal: death.signal });
    if (what === 'a tag') {
      at.world.images.get(sourceId)?.tags.set('team', 'others');
    }
    // The same run again: but for what changed, its request is the same.
    const second = await at.run(given());
    expect(only(second)).toMatchObject({ state: 'promoted' });
    expect(callsOf(at.world, 'CopyImage').map(({ code }) => code)).toEqual([
      'ok',
      'IdempotentParameterMismatch',
    ]);
    expect(imagesIn(at.world, home, 'eu-west-1')).toHaveLength(1);
  });

  it('is not copied again where its copy is there', async () => {
    const at = scenario();
    await at.run();
    at.world.images.get(sourceId)?.tags.set('team', 'others');
    expect(told(only(await at.run({}, { runId: '1002' })))).toBe('unchanged');
  });
});

describe('a copy of a copy', () => {
  it('has the origin of what it was copied from', async () => {
    const at = scenario({ image: { tags: { [ownTags.source]: `${home}/eu-central-1/${idOf('9')}` } } });
    expect(told(only(await at.run()))).toBe('promoted');
    const copy = sole(imagesIn(at.world, home, 'eu-west-1'));
    expect(copy.tags.get(ownTags.source)).toBe(`${home}/eu-central-1/${idOf('9')}`);
    expect(told(only(await at.run({}, { runId: '1002' })))).toBe('unchanged');
  });
});

describe('a copy that vanished', () => {
  it('deregistered and still shown as before for a while is told from a live one in the end', async () => {
    const at = scenario({ switches: { 'deregister-lag-seconds': 60 } });
    await at.run();
    const first = sole(imagesIn(at.world, home, 'eu-west-1'));
    first.deregistered = { at: at.time.now(), before: 'available' };
    first.state = 'deregistered';
    await at.run({}, { runId: '1002' });
    await at.pass(600);
    expect(only(await at.run({}, { runId: '1003' }))).toMatchObject({
      state: expect.stringMatching(/promoted|unchanged/),
    });
    expect(liveImagesIn(at.world, home, 'eu-west-1')).toHaveLength(1);
  });

  it('while it was pending is followed by the next attempt in a later run', async () => {
    const at = scenario({ copying: { seconds: 900 } });
    await at.run({ 'wait-minutes': '0' });
    const first = sole(imagesIn(at.world, home, 'eu-west-1'));
    at.world.images.delete(first.id);
    at.world.copies.splice(0);
    const second = only(await at.run({}, { runId: '1002' }));
    expect(second).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(liveImagesIn(at.world, home, 'eu-west-1')).toHaveLength(1);
  });

  it("and lost its tags while a run waits for it is still that run's", async () => {
    const at = scenario({ copying: { seconds: 300 } });
    onceAt(
      at.world,
      (call) => call.action === 'DescribeImages' && callsOf(at.world, 'CopyImage').length > 0,
      () => untag(at.world, sole(imagesIn(at.world, home, 'eu-west-1'))),
    );
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(sole(imagesIn(at.world, home, 'eu-west-1')).tags.get(ownTags.source)).toBe(origin);
  });
});
