import { describe, expect, it } from '@jest/globals';
import { callsOf, liveImagesIn, writesIn } from '../../simulator/look.ts';
import { manifestOf } from '../../src/report/manifest.ts';
import { gateRoles, verify } from '../support/gate.ts';
import { home, prod, sourceId, sourceRegion } from '../support/organization.ts';
import { type InProcess, job, runOf } from '../support/promotion.ts';
import { failureOf, only, type Scenario, scenario, sole, told, toldByPlace } from '../support/scenario.ts';

const toProd = { accounts: `prod=${prod}`, regions: 'us-east-1\neu-west-1' };
/** What the gate after that promotion is given: its manifest, and the account that the images came from. */
const fromManifest = {
  ...toProd,
  source: 'manifest:prod.json',
  'source-region': 'auto',
  'source-account': home,
};

/** A promotion from home to prod, and the manifest that it wrote. */
async function promoted(): Promise<{ readonly at: Scenario; readonly files: Record<string, string> }> {
  const at = scenario({ moreRoles: gateRoles });
  const step = await at.run(toProd);
  expect(Object.values(toldByPlace(step))).toEqual(['promoted', 'promoted']);
  return { at, files: { 'prod.json': textOf(step) } };
}

function textOf({ result, promotion }: InProcess): string {
  return manifestOf(result, promotion, runOf(job));
}

describe('the gate by the manifest of the promotion before it', () => {
  it('holds: the copies of prod are compared with the image of home', async () => {
    const { at, files } = await promoted();
    const [before, writes] = [at.world.record.length, writesIn(at.world).length];
    const step = await verify(at, fromManifest, { files });
    expect(toldByPlace(step)).toEqual({ 'prod us-east-1': 'unchanged', 'prod eu-west-1': 'unchanged' });
    for (const { target } of step.result.outcomes) {
      expect(target.source.primary).toMatchObject({ id: sourceId, account: home, region: sourceRegion });
      expect(target.source.origin).toBe(`${home}/${sourceRegion}/${sourceId}`);
    }
    expect(writesIn(at.world)).toHaveLength(writes);
    const ofHome = at.world.record.slice(before).filter(({ account }) => account === home);
    expect(ofHome.map(({ action }) => action)).toContain('DescribeImages');
  });

  it('does not where a copy of prod is not what home has', async () => {
    const { at, files } = await promoted();
    const copy = sole(liveImagesIn(at.world, prod, 'eu-west-1'));
    Object.assign(copy, { devices: copy.devices.map((one) => ({ ...one, sizeGiB: 100 })) });
    const step = await verify(at, { ...fromManifest, 'wait-minutes': '30' }, { files });
    expect(toldByPlace(step)).toEqual({
      'prod us-east-1': 'unchanged',
      'prod eu-west-1': 'failed: NotEqualToSource',
    });
    const [, ireland] = step.result.outcomes;
    expect(ireland !== undefined && 'failure' in ireland && ireland.failure.meaning).toContain(copy.id);
  });

  it('does not either where it is the image of home that is another one now', async () => {
    const { at, files } = await promoted();
    const source = at.world.images.get(sourceId);
    Object.assign(source ?? {}, { attributes: { ...source?.attributes, architecture: 'arm64' } });
    const step = await verify(at, { ...fromManifest, regions: 'eu-west-1' }, { files });
    expect(failureOf(step)).toMatchObject({ code: 'NotEqualToSource' });
  });

  it('does not where the image of home is gone: nothing is left to compare with', async () => {
    const { at, files } = await promoted();
    at.world.images.delete(sourceId);
    const { failure } = await verify(at, fromManifest, { files });
    expect(failure).toMatchObject({ code: 'SourceNotFound' });
  });

  it('names what home has beside it, where home got copies too: the nearest is read, the source compared with', async () => {
    const at = scenario({
      moreRoles: gateRoles,
      pulledFrom: [{ account: home, region: 'eu-west-1' }],
    });
    const both = { accounts: `home\nprod=${prod}`, regions: 'eu-west-1' };
    const first = await at.run(both);
    expect(Object.values(toldByPlace(first))).toEqual(['promoted', 'promoted']);
    const step = await verify(
      at,
      { ...fromManifest, regions: 'eu-west-1' },
      { files: { 'prod.json': textOf(first) } },
    );
    expect(told(only(step))).toBe('unchanged');
    const { source } = only(step).target;
    expect([source.primary.id, source.image.id]).toEqual([
      sourceId,
      sole(liveImagesIn(at.world, home, 'eu-west-1')).id,
    ]);
  });

  it.each([
    ['by its manifest', { source: 'manifest:home.json', 'source-region': 'auto', 'source-account': home }],
    ['by its id', {}],
  ])('looks at the copies that home got under a name of their own, %s', async (_how, given) => {
    const at = scenario({ moreRoles: gateRoles });
    const regions = 'us-east-1\neu-west-1';
    const first = await at.run({ regions, name: 'released-{run-id}' });
    const copies = ['us-east-1', 'eu-west-1'].map((region) =>
      liveImagesIn(at.world, home, region).find(({ name }) => name === 'released-1001'),
    );
    const files = { 'home.json': textOf(first) };
    const step = await verify(at, { ...given, regions, name: 'released-{run-id}' }, { files });
    expect(toldByPlace(step)).toEqual({ 'home us-east-1': 'unchanged', 'home eu-west-1': 'unchanged' });
    const images = step.result.outcomes.map((outcome) => 'image' in outcome && outcome.image.id);
    expect(images).toEqual(copies.map((copy) => copy?.id));
    for (const { target, differences } of step.result.outcomes) {
      expect(target.source.primary.id).toBe(sourceId);
      expect(differences).toEqual([]);
    }
  });

  it('looks at what a promotion with the same inputs uses, beside a copy of an earlier one', async () => {
    const at = scenario({ moreRoles: gateRoles });
    const regions = 'us-east-1';
    await at.run({ regions, name: 'released-1' });
    const shut = await verify(at, { regions, 'share-with': prod });
    expect(told(only(shut))).toBe('failed: NotShared');
    await at.run({ regions, 'share-with': prod }, { runId: '1003' });
    const open = await verify(at, { regions, 'share-with': prod });
    expect(told(only(open))).toBe('unchanged');
    expect(only(open)).toMatchObject({ image: { id: sourceId } });
  });

  it.each([
    ['failed', { faults: [{ action: 'ec2:CopyImage', do: 'fail-copy' }] }, {}],
    ['are still on their way', { copying: { seconds: 3600 } }, { 'wait-minutes': '0' }],
  ])('is a fault in the inputs where all its targets %s', async (_what, changes, given) => {
    const at = scenario({ moreRoles: gateRoles, ...changes });
    const files = { 'prod.json': textOf(await at.run({ ...toProd, ...given })) };
    const calls = callsOf(at.world, 'DescribeImages').length;
    await expect(verify(at, fromManifest, { files })).rejects.toThrow(
      /has no verified image in the manifest/,
    );
    expect(callsOf(at.world, 'DescribeImages')).toHaveLength(calls);
  });
});
