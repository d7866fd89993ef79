import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, liveImagesIn } from '../../simulator/look.ts';
import type { SimulatedImage } from '../../simulator/world.ts';
import { ownTags } from '../../src/model/tags.ts';
import { manifestOf } from '../../src/report/manifest.ts';
import { copiesAsked } from '../support/asked.ts';
import { gateRoles, verify } from '../support/gate.ts';
import { home, prod, sourceId, sourceRegion } from '../support/organization.ts';
import { packerFile } from '../support/packer-file.ts';
import { type InProcess, type Inputs, job, runOf } from '../support/promotion.ts';
import { idOf, imageFile, only, scenario, sole, together, told, untag } from '../support/scenario.ts';

const origin = `${home}/${sourceRegion}/${sourceId}`;
const packer = packerFile({ web: `${sourceRegion}:${sourceId},eu-west-1:${idOf('b')}` });
const inIreland = { account: home, region: 'eu-west-1' };
type Fields = Readonly<Record<string, unknown>>;
const gone = { image: idOf('f'), region: sourceRegion };
const lineage = { image: sourceId, region: sourceRegion };

const built = { source: 'packer:packer.json', accounts: `prod=${prod}`, regions: 'eu-west-1' };
/** The same image of prod, asked for in other ways than by the manifest of Packer that it was made from. */
const byId = { source: `web=${sourceId}`, accounts: `prod=${prod}`, regions: 'eu-west-1' };
const byManifest = {
  ...byId,
  source: 'manifest:prod.json',
  'source-region': 'auto',
  'source-account': home,
};

/** Packer's copy in Ireland has none of our tags; prod's copy was made from it. */
async function promoted(copy: Fields = {}) {
  const at = scenario({
    moreRoles: gateRoles,
    pulledFrom: [inIreland],
    ...imageFile(inIreland, { name: 'web-1', lineage, tags: {}, ...copy }, 'b'),
  });
  const first = await at.run(built, { files: { 'packer.json': packer } });
  expect(told(only(first))).toBe('promoted');
  expect(copiesAsked(at.world)).toEqual([`${prod} eu-west-1 from eu-west-1 ${idOf('b')}`]);
  const mine = sole(liveImagesIn(at.world, prod, 'eu-west-1'));
  expect(mine.tags.get(ownTags.source)).toBe(origin);
  return { at, mine, parent: imageOf(at.world.images.get(idOf('b'))), files: filesOf(first) };
}

function imageOf(image: SimulatedImage | undefined): SimulatedImage {
  return sole(image === undefined ? [] : [image]);
}

function filesOf({ result, promotion }: InProcess) {
  return { 'packer.json': packer, 'prod.json': manifestOf(result, promotion, runOf(job)) };
}

type Promoted = Awaited<ReturnType<typeof promoted>>;

const nothing = () => undefined;

describe('the copy that prod has of a copy of Packer', () => {
  it.each<[what: string, ways: readonly Inputs[], copy: Fields, later: (world: Promoted) => unknown]>([
    ['as it was', [built, byId, byManifest], {}, nothing],
    ['that AWS tells no lineage of', [built, byId, byManifest], { lineage: undefined }, nothing],
    ['that was made from something long gone', [built, byId, byManifest], { lineage: gone }, nothing],
    [
      'that says by a tag what it is of',
      [built, byId, byManifest],
      { tags: { [ownTags.source]: origin } },
      nothing,
    ],
    [
      'that has lost that tag since',
      [built, byId, byManifest],
      { tags: { [ownTags.source]: origin } },
      ({ at, parent }) => untag(at.world, parent),
    ],
    [
      'that is called otherwise since',
      [byId, byManifest],
      {},
      ({ parent }) => Object.assign(parent, { name: 'renamed' }),
    ],
    [
      'of something long gone, and called otherwise since',
      [byId, byManifest],
      { lineage: gone },
      ({ parent }) => Object.assign(parent, { name: 'renamed' }),
    ],
    ['that is gone since', [built, byId], {}, ({ at, parent }) => at.world.images.delete(parent.id)],
  ])('%s is found again: the gate holds, and nothing is copied twice', async (_what, ways, copy, later) => {
    const world = await promoted(copy);
    later(world);
    const { at, mine, files } = world;
    for (const [index, given] of ways.entries()) {
      const gate = await verify(at, given, { files, runId: `200${index}` });
      expect(only(gate)).toMatchObject({ state: 'unchanged', image: { id: mine.id } });
      const again = await at.run(given, { files, runId: `300${index}` });
      expect(only(again)).toMatchObject({ state: 'unchanged', image: { id: mine.id } });
    }
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
    expect(imagesIn(at.world, prod, 'eu-west-1')).toHaveLength(1);
  });

  it('is another image where what it was made from is a copy of another origin by its tag', async () => {
    const { at, mine, parent, files } = await promoted();
    parent.tags.set(ownTags.source, `${home}/${sourceRegion}/${idOf('c')}`);
    const gate = await verify(at, byId, { files });
    expect(told(only(gate))).toBe('failed: NotPresent');
    const again = await at.run({ ...byId, name: 'web-2' }, { files, runId: '1003' });
    expect(only(again)).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(liveImagesIn(at.world, prod, 'eu-west-1').map(({ id }) => id)).toContain(mine.id);
  });

  it('is another image where what it was made from is no copy, and was built by itself', async () => {
    const { at, mine, parent, files } = await promoted();
    Object.assign(parent, { lineage: undefined, name: 'other-1' });
    expect(told(only(await verify(at, byId, { files })))).toBe('failed: NotPresent');
    expect(mine.lineage?.imageId).toBe(parent.id);
  });
});

describe('a copy of another image', () => {
  it('is never ours, although somebody gave it our tag', async () => {
    const stranger = imageFile({ account: home, region: sourceRegion }, { name: 'db-1' }, 'c');
    const tagged = imageFile(
      { account: prod, region: 'eu-west-1' },
      {
        name: 'db-1',
        tags: { [ownTags.source]: origin },
        lineage: { image: idOf('c'), region: sourceRegion },
      },
      'd',
    );
    const at = scenario({ moreRoles: gateRoles, ...together(stranger, tagged) });
    expect(told(only(await verify(at, byId)))).toBe('failed: NotPresent');
    expect(only(await at.run(byId, { runId: '1003' }))).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(at.world.images.get(idOf('d'))?.state).toBe('available');
    expect(told(only(await verify(at, byId, { runId: '1004' })))).toBe('unchanged');
  });
});
