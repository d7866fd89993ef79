import { describe, expect, it } from '@jest/globals';
import { callsOf, liveImagesIn } from '../../simulator/look.ts';
import { copiesAsked } from '../support/asked.ts';
import { gateRoles, verify } from '../support/gate.ts';
import { home, prod, sourceId, sourceRegion } from '../support/organization.ts';
import { packerFile } from '../support/packer-file.ts';
import { failureOf, idOf, imageFile, only, scenario, sole, told } from '../support/scenario.ts';

const files = {
  'packer.json': packerFile({ web: `${sourceRegion}:${sourceId},eu-west-1:${idOf('b')}` }),
};
const inIreland = { account: home, region: 'eu-west-1' };
const given = { source: 'packer:packer.json', regions: 'eu-west-1' };
const ofProd = { ...given, accounts: `prod=${prod}` };

type Fields = Readonly<Record<string, unknown>>;

/** The built image in Virginia, and Packer's copy of it in Ireland: each with what differs from the usual one. */
function built(primary: Fields, copy: Fields) {
  const lineage = { image: sourceId, region: sourceRegion };
  return scenario({
    moreRoles: gateRoles,
    ...imageFile(inIreland, { name: 'web-1', lineage, ...copy }, 'b'),
    image: primary,
    pulledFrom: [inIreland],
  });
}

const v2 = { 'imds-support': 'v2.0' };

describe('a copy that is made from a nearer copy of Packer', () => {
  it('has to require IMDSv2 as the built image does, although the nearer one does not', async () => {
    const at = built(v2, {});
    expect(told(only(await at.run(ofProd, { files })))).toBe('promoted');
    expect(copiesAsked(at.world)).toEqual([`${prod} eu-west-1 from eu-west-1 ${idOf('b')}`]);
    expect(sole(liveImagesIn(at.world, prod, 'eu-west-1')).attributes.imdsSupport).toBe('v2.0');
    expect(at.world.images.get(idOf('b'))?.attributes.imdsSupport).toBeUndefined();
  });

  it('has that in its plan', async () => {
    const { result } = await built(v2, {}).run({ ...ofProd, mode: 'plan' }, { files });
    expect(result.plan?.targets[0]?.writes.map(({ kind }) => kind)).toContain('require-imds-v2');
    const plain = await built({}, {}).run({ ...ofProd, mode: 'plan' }, { files });
    expect(plain.result.plan?.targets[0]?.writes.map(({ kind }) => kind)).not.toContain('require-imds-v2');
  });

  it('keeps the gate shut once it does not', async () => {
    const at = built(v2, {});
    await at.run(ofProd, { files });
    const copy = sole(liveImagesIn(at.world, prod, 'eu-west-1'));
    Object.assign(copy, { attributes: { ...copy.attributes, imdsSupport: undefined } });
    expect(failureOf(await verify(at, ofProd, { files })).code).toBe('ImdsDiffers');
  });

  it('may not require IMDSv2 where the built image does not: AWS cannot take that back', async () => {
    const failure = failureOf(await built({}, v2).run(ofProd, { files }));
    expect(failure).toMatchObject({ code: 'NotEqualToSource' });
    expect(failure.meaning).toContain('IMDS');
  });
});

describe('a copy of Packer that is itself the image at its place', () => {
  it('is compared with the built image, and mended', async () => {
    const at = built(v2, {});
    const step = await at.run(given, { files });
    expect(only(step)).toMatchObject({ state: 'promoted', how: 'mended', image: { id: idOf('b') } });
    expect(at.world.images.get(idOf('b'))).toMatchObject({ attributes: { imdsSupport: 'v2.0' } });
    expect(callsOf(at.world, 'CopyImage')).toEqual([]);
    expect(told(only(await at.run(given, { files, runId: '1002' })))).toBe('unchanged');
  });

  it('keeps the gate shut until it is', async () => {
    const at = built(v2, {});
    expect(failureOf(await verify(at, given, { files })).code).toBe('ImdsDiffers');
    await at.run(given, { files });
    expect(told(only(await verify(at, given, { files, runId: '1003' })))).toBe('unchanged');
  });

  it('is told of where it differs in what nobody has recorded to survive a copy', async () => {
    const step = await built({}, { 'ena-support': false }).run(given, { files });
    expect(only(step)).toMatchObject({
      state: 'unchanged',
      differences: [{ aspect: 'equal', wanted: 'ENA support true', mend: { kind: 'warning' } }],
    });
  });
});

describe('the built image itself', () => {
  it('is compared with nothing', async () => {
    const step = await built(v2, v2).run({ ...given, regions: sourceRegion }, { files });
    expect(only(step)).toMatchObject({ state: 'unchanged', image: { id: sourceId }, differences: [] });
  });
});
