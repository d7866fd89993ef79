import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn } from '../../simulator/look.ts';
import { ownTags } from '../../src/model/tags.ts';
import { manifestOf } from '../../src/report/manifest.ts';
import { amisOf, copiesAsked } from '../support/asked.ts';
import { home, prod, sourceId, sourceRegion, staging } from '../support/organization.ts';
import { packerFile } from '../support/packer-file.ts';
import { type InProcess, job, runOf } from '../support/promotion.ts';
import { idOf, imageFile, only, scenario, together, told, toldByPlace } from '../support/scenario.ts';

const origin = `${home}/${sourceRegion}/${sourceId}`;
const inIreland = { account: home, region: 'eu-west-1' };

/** The source as Packer copied it to eu-west-1, under the name and key that it has there; and a build for arm64. */
const built = together(
  imageFile(inIreland, { name: 'web-1', lineage: { image: sourceId, region: sourceRegion } }, 'b'),
  imageFile({ account: home, region: sourceRegion }, { name: 'web-arm', architecture: 'arm64' }, 'c'),
);

const packer = (builds: Readonly<Record<string, string>>) =>
  packerFile(builds, { custom_data: { commit: '4f2a9c1' } });

const files = {
  'packer.json': packer({
    amd64: `${sourceRegion}:${sourceId},eu-west-1:${idOf('b')}`,
    arm64: `${sourceRegion}:${idOf('c')}`,
  }),
};
const pulledFrom = [inIreland];
const two = { source: 'packer:packer.json' };
const amd = { source: 'packer:packer.json#amd64' };

function manifestFrom({ result, promotion }: InProcess): string {
  return manifestOf(result, promotion, runOf(job));
}

describe('a manifest of Packer', () => {
  it('has each Region read from what Packer copied there, and copies nothing that is there already', async () => {
    const at = scenario({ ...built, pulledFrom });
    const step = await at.run(
      { ...amd, accounts: `home\nprod=${prod}`, regions: 'us-east-1\neu-west-1\neu-central-1' },
      { files },
    );
    expect(toldByPlace(step)).toEqual({
      'home us-east-1': 'unchanged',
      'home eu-west-1': 'unchanged',
      'home eu-central-1': 'promoted',
      'prod us-east-1': 'promoted',
      'prod eu-west-1': 'promoted',
      'prod eu-central-1': 'promoted',
    });
    expect(copiesAsked(at.world)).toEqual([
      `${home} eu-central-1 from eu-west-1 ${idOf('b')}`,
      `${prod} eu-central-1 from eu-west-1 ${idOf('b')}`,
      `${prod} eu-west-1 from eu-west-1 ${idOf('b')}`,
      `${prod} us-east-1 from us-east-1 ${sourceId}`,
    ]);
    expect(amisOf(step).amd64?.home?.['eu-west-1']).toBe(idOf('b'));
  });

  it('has a second image made beside the build and beside its copies where the name is another', async () => {
    const at = scenario({ ...built, pulledFrom });
    const regions = 'us-east-1\neu-west-1';
    const step = await at.run({ ...amd, name: 'web-{date}', accounts: 'home', regions }, { files });
    expect(toldByPlace(step)).toEqual({ 'home us-east-1': 'promoted', 'home eu-west-1': 'promoted' });
    expect(copiesAsked(at.world)).toEqual([
      `${home} eu-west-1 from eu-west-1 ${idOf('b')}`,
      `${home} us-east-1 from us-east-1 ${sourceId}`,
    ]);
  });

  it('has a copy that is gone left out, and the next nearest read', async () => {
    const at = scenario({ ...built, pulledFrom });
    at.world.images.delete(idOf('b'));
    const step = await at.run({ ...amd, accounts: `prod=${prod}`, regions: 'eu-west-1' }, { files });
    expect(told(only(step))).toBe('promoted');
    expect(copiesAsked(at.world)).toEqual([`${prod} eu-west-1 from us-east-1 ${sourceId}`]);
    expect(step.lines.join('\n')).toMatch(
      new RegExp(`${idOf('b')} in eu-west-1, which amd64 names, is gone`),
    );
  });

  it('has a copy waited for that AWS does not show for a moment', async () => {
    const at = scenario({ ...built, pulledFrom });
    Object.assign(at.world.images.get(idOf('b')) ?? {}, { hiddenUntil: at.time.now() + 200_000 });
    const step = await at.run({ ...amd, regions: 'eu-west-1' }, { files });
    expect(told(only(step))).toBe('unchanged');
    expect(copiesAsked(at.world)).toEqual([]);
    expect(step.lines).toContain(`${idOf('b')} is not shown in eu-west-1: looking for it, for up to 5 min.`);
  });

  it('has a copy left out that cannot be read, where only optional targets are near it', async () => {
    const off = { action: 'ec2:DescribeImages', region: 'eu-west-1', do: 'access-denied' };
    const given = { ...amd, regions: 'us-west-2', 'optional-regions': 'eu-west-1' };
    const at = scenario({ ...built, pulledFrom, faults: [{ ...off, account: home }] });
    const step = await at.run({ ...given, accounts: `prod=${prod}` }, { files });
    expect(toldByPlace(step)).toMatchObject({ 'prod us-west-2': 'promoted' });
    expect(step.lines.join('\n')).toContain(
      `${idOf('b')} in eu-west-1, which amd64 names, cannot be read (UnauthorizedOperation), and left out.`,
    );
    const needed = await scenario({ ...built, faults: [off] }).run(
      { ...amd, regions: 'eu-west-1' },
      { files },
    );
    expect(needed.failure).toMatchObject({ code: 'UnauthorizedOperation' });
    // It would be copied beside itself.
    const itself = await scenario({ ...built, faults: [{ ...off, nth: 1 }] }).run(given, { files });
    expect(itself.failure).toMatchObject({ code: 'UnauthorizedOperation' });
  });

  it('is one image whichever of its Regions source-region names', async () => {
    const at = scenario({ ...built, pulledFrom });
    const given = { ...amd, accounts: `prod=${prod}`, regions: 'us-east-1' };
    expect(told(only(await at.run(given, { files })))).toBe('promoted');
    const again = await at.run({ ...given, 'source-region': 'eu-west-1' }, { files, runId: '1002' });
    expect(told(only(again))).toBe('unchanged');
    expect(only(again).target.source.origin).toBe(origin);
  });

  it('has all copies name the image that was built, so that its id finds them again', async () => {
    const at = scenario({ ...built, pulledFrom });
    const given = { accounts: `home\nprod=${prod}`, regions: 'eu-west-1\neu-central-1' };
    const first = await at.run({ ...amd, ...given }, { files });
    for (const image of [
      ...imagesIn(at.world, prod, 'eu-west-1'),
      ...imagesIn(at.world, home, 'eu-central-1'),
    ]) {
      expect(image.tags.get(ownTags.source)).toBe(origin);
    }
    const again = await at.run({ ...amd, ...given }, { files, runId: '1002' });
    const byId = await at.run(
      { ...given, source: `amd64=${sourceId}`, accounts: `prod=${prod}` },
      { runId: '1003' },
    );
    expect([...Object.values(toldByPlace(again)), ...Object.values(toldByPlace(byId))]).toEqual(
      Array.from({ length: 6 }, () => 'unchanged'),
    );
    expect(amisOf(byId).amd64?.prod).toEqual(amisOf(first).amd64?.prod);
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(3);
  });

  it('makes no second copy where nobody can tell what the copy of Packer was made from', async () => {
    const hidden = imageFile(
      { account: home, region: 'eu-west-1' },
      { name: 'web-1', lineage: { image: idOf('f'), region: sourceRegion } },
      'b',
    );
    const at = scenario({ ...hidden, pulledFrom });
    await at.run({ ...amd, accounts: `prod=${prod}` }, { files });
    const byId = await at.run({ accounts: `prod=${prod}`, source: `amd64=${sourceId}` }, { runId: '1002' });
    expect(told(only(byId))).toBe('unchanged');
    expect(only(byId).differences).toMatchObject([
      { wanted: `lineage a copy of ${sourceId}`, mend: { kind: 'warning' } },
    ]);
  });

  it('promotes several architectures in one step, by the names of their builds and their custom data', async () => {
    const at = scenario({ ...built, pulledFrom });
    const step = await at.run(
      {
        ...two,
        accounts: `prod=${prod}`,
        name: 'web-{key}-{custom.commit}',
        regions: 'eu-west-1\nus-west-2',
      },
      { files },
    );
    expect(Object.keys(amisOf(step))).toEqual(['amd64', 'arm64']);
    expect(
      imagesIn(at.world, prod, 'us-west-2')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['web-amd64-4f2a9c1', 'web-arm64-4f2a9c1']);
    expect(step.result.opened.map(({ imageId, state }) => `${imageId} ${state}`).sort()).toEqual(
      [`${sourceId} closed`, `${idOf('b')} closed`, `${idOf('c')} closed`].sort(),
    );
  });

  it('is refused where an image is of another account', async () => {
    const stranger = imageFile({ account: prod, region: 'eu-west-1' }, { 'launch-permissions': [home] }, 'b');
    const { failure } = await scenario(stranger).run(amd, { files });
    expect(failure).toMatchObject({ code: 'SourceOfAnotherAccount', where: `${home}/eu-west-1` });
  });

  it('is refused where a copy is not what was built', async () => {
    const other = imageFile(inIreland, { architecture: 'arm64' }, 'b');
    const { failure } = await scenario(other).run(amd, { files });
    expect(failure).toMatchObject({
      code: 'SourceCopyDiffers',
      meaning: `${idOf('b')} is named as a copy of ${sourceId}, and differs in architecture: arm64, not x86_64.`,
    });
  });
});

describe('the manifest of an earlier promotion', () => {
  const toProd = { accounts: `prod=${prod}`, regions: 'us-east-1\neu-west-1' };
  const onwards = {
    'source-region': 'auto',
    'source-account': prod,
    source: 'manifest:prod.json',
    accounts: `staging=${staging}`,
    regions: 'eu-west-1\neu-central-1\nus-west-2',
  };
  /** Prod is home to staging: its role opens what it owns, and its keys let staging in. */
  const from = (account: string) => ({ HOME_ACCOUNT_ID: account, SOURCE_REGION: '*' });
  const chain = {
    pulledFrom: ['us-east-1', 'eu-west-1'].map((region) => ({ account: prod, region })),
    roles: {
      [prod]: {
        policies: [
          { file: '../iam/owner-policy.json', values: { ...from(home), OWNER_ACCOUNT_ID: prod } },
          { file: '../iam/home-policy.json', values: from(prod) },
        ],
      },
      [staging]: {
        policies: [
          { file: '../iam/owner-policy.json', values: { ...from(prod), OWNER_ACCOUNT_ID: staging } },
        ],
      },
    },
  };

  async function chained() {
    const at = scenario(chain);
    const first = await at.run(toProd);
    return { at, first, files: { 'prod.json': manifestFrom(first) } };
  }

  it('goes on from the nearest image that source-account owns, and the origin stays what it was', async () => {
    const { at, first, files: handed } = await chained();
    const step = await at.run({ ...onwards, mode: 'plan' }, { files: handed, runId: '1002' });
    const mine = amisOf(first)['web-1']?.prod;
    expect(step.result.plan?.sources.map(({ id, region, origin: of }) => [id, region, of])).toEqual([
      [mine?.['us-east-1'], 'us-east-1', origin],
      [mine?.['eu-west-1'], 'eu-west-1', origin],
    ]);
    const copies = (step.result.plan?.targets ?? []).flatMap(({ region, source, writes }) =>
      writes.flatMap((write) =>
        write.kind === 'copy-image' ? [`${region} from ${write.fromRegion} ${source}`] : [],
      ),
    );
    expect(copies).toEqual([
      `eu-west-1 from eu-west-1 ${mine?.['eu-west-1']}`,
      `eu-central-1 from eu-west-1 ${mine?.['eu-west-1']}`,
      `us-west-2 from us-east-1 ${mine?.['us-east-1']}`,
    ]);
  });

  it('makes copies that are found again from the first source, by their common origin', async () => {
    const { at, files: handed } = await chained();
    const onward = await at.run(onwards, { files: handed, runId: '1002' });
    expect(Object.values(toldByPlace(onward))).toEqual(['promoted', 'promoted', 'promoted']);
    expect(onward.result.opened.map(({ state }) => state)).toEqual(['closed', 'closed']);
    const again = await at.run({ ...onwards, mode: 'plan' }, { files: handed, runId: '1003' });
    expect(again.result.plan?.converged).toBe(true);
    const [image] = imagesIn(at.world, staging, 'us-west-2');
    expect(image?.tags.get(ownTags.source)).toBe(origin);
  });

  it('names the image that copies are compared with, wherever they were read from', async () => {
    const at = scenario({ ...built, pulledFrom });
    const first = await at.run({ ...amd, accounts: `prod=${prod}`, regions: 'eu-west-1' }, { files });
    const { sources } = JSON.parse(manifestFrom(first));
    expect(sources.map(({ id }: { id: string }) => id)).toEqual([sourceId, idOf('b')]);
    const handed = { 'prod.json': manifestFrom(first) };
    const asked = { source: 'manifest:prod.json', 'source-region': 'auto', 'source-account': home };
    const { failure } = await at.run(
      { ...asked, accounts: `prod=${prod}`, regions: 'eu-west-1', 'require-source-tags': 'scan=passed' },
      { files: handed, runId: '1002' },
    );
    expect(failure).toMatchObject({ code: 'SourceTagMissing', where: `${home}/us-east-1` });
  });

  it('is not believed about the origin of an image that says nothing of it', async () => {
    const { at, first } = await chained();
    const forged = manifestFrom(first).replaceAll(origin, `${home}/us-east-1/${idOf('c')}`);
    const asked = { source: 'manifest:prod.json', 'source-region': 'auto', 'source-account': home };
    const { failure } = await at.run(
      { ...asked, accounts: `staging=${staging}`, regions: 'us-east-1' },
      { files: { 'prod.json': forged }, runId: '1002' },
    );
    expect(failure).toMatchObject({ code: 'SourceOfAnotherOrigin' });
  });

  it('is refused where an image is a copy of something else by its tags', async () => {
    const { at, files: handed } = await chained();
    const [image] = imagesIn(at.world, prod, 'eu-west-1');
    image?.tags.set(ownTags.source, `${home}/us-east-1/${idOf('d')}`);
    const { failure } = await at.run(onwards, { files: handed, runId: '1002' });
    expect(failure).toMatchObject({
      code: 'SourceOfAnotherOrigin',
      paste: { text: expect.stringContaining(`--resources ${image?.id}`) },
    });
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(2);
  });

  it('is never trusted with an image of somebody else', async () => {
    const { at, first } = await chained();
    const forged = Object.values(amisOf(first)['web-1']?.prod ?? {}).reduce(
      (text, id) => text.replaceAll(id, idOf('e')),
      manifestFrom(first),
    );
    const { failure } = await at.run(onwards, { files: { 'prod.json': forged }, runId: '1002' });
    expect(failure).toMatchObject({ code: 'SourceNotFound' });
  });

  it('has what is gone left out, while another of its images is there', async () => {
    const { at, first } = await chained();
    const [gone = '', left = ''] = ['us-east-1', 'eu-west-1'].map(
      (region) => amisOf(first)['web-1']?.prod?.[region] ?? '',
    );
    at.world.images.delete(gone);
    const handed = { 'prod.json': manifestFrom(first) };
    const step = await at.run({ ...onwards, mode: 'plan' }, { files: handed, runId: '1002' });
    expect(step.failure).toBeUndefined();
    expect(step.lines.join('\n')).toContain(`${gone} in us-east-1, which web-1 of prod.json names, is gone`);
    expect(step.result.plan?.sources.map(({ id }) => id)).toEqual([left]);
  });

  it('is under the key that the inputs name, whatever the file says', async () => {
    const { at, files: handed } = await chained();
    const given = { ...onwards, regions: 'eu-west-1', 'kms-key': 'none' };
    const { result } = await at.run({ ...given, mode: 'plan' }, { files: handed, runId: '1002' });
    expect(result.plan?.targets[0]?.key).toBe('none');
    expect(result.plan?.targets[0]?.problems.map(({ code }) => code)).toContain('EncryptedSourceNeedsKey');
  });
});

describe('require-source-tags', () => {
  const asked = { 'require-source-tags': 'scan=passed\nteam=platform' };

  it('lets a source through that carries them all', async () => {
    const at = scenario({ image: { tags: { scan: 'passed', team: 'platform' } } });
    expect(told(only(await at.run(asked)))).toBe('promoted');
  });

  it.each([
    ['one is missing', { team: 'platform' }, 'scan=passed.'],
    ['one is another', { team: 'platform', scan: 'failed' }, 'scan=passed, and has scan=failed.'],
    ['all are missing', {}, 'scan=passed; team=platform.'],
  ])('refuses it before any write where %s', async (_what, tags, words) => {
    const at = scenario({ image: { tags } });
    const { failure } = await at.run(asked);
    expect(failure).toMatchObject({
      code: 'SourceTagMissing',
      meaning: `The source image ${sourceId} lacks what require-source-tags asks for: ${words}`,
    });
    expect(callsOf(at.world, 'CopyImage')).toEqual([]);
  });

  it('asks it of every image that is read', async () => {
    const at = scenario({ ...built, image: { tags: { scan: 'passed' } } });
    const { failure } = await at.run({ ...amd, 'require-source-tags': 'scan=passed' }, { files });
    expect(failure).toMatchObject({ code: 'SourceTagMissing', where: `${home}/eu-west-1` });
  });
});
