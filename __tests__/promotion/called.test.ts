import { describe, expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import { manifestOf } from '../../src/report/manifest.ts';
import { amisOf } from '../support/asked.ts';
import { home, sourceId, sourceRegion } from '../support/organization.ts';
import { packerFile } from '../support/packer-file.ts';
import { job, runOf } from '../support/promotion.ts';
import { only, scenario, told } from '../support/scenario.ts';

const parameterPolicy = {
  file: '../iam/source-parameter-policy.json',
  values: { PARAMETER_NAME: 'images/web' },
};
const roles = { [home]: { policies: ['../iam/home-policy.json', parameterPolicy] } };
const parameters = [{ account: home, region: sourceRegion, name: '/images/web', value: sourceId }];

describe('the key of an image', () => {
  it.each([
    { what: 'that its id names is its name', source: sourceId, key: 'web-1' },
    { what: 'that a parameter names is its name', source: 'ssm:/images/web', key: 'web-1' },
    { what: "of a build is the build's name in Packer", source: 'packer:packer.json', key: 'amd64' },
    { what: 'of a manifest is what it was called there', source: 'manifest:earlier.json', key: 'web' },
    ...[sourceId, 'ssm:/images/web', 'packer:packer.json#amd64', 'manifest:earlier.json'].map((source) => ({
      what: `is the one that stands in front of ${source}`,
      source: `mine=${source}`,
      key: 'mine',
    })),
  ])('$what', async ({ source, key }) => {
    const at = scenario({ parameters, roles });
    const { result, promotion } = await at.run({ source: `web=${sourceId}` }, { runId: '1000' });
    const files = {
      'packer.json': packerFile({ amd64: `${sourceRegion}:${sourceId}` }),
      'earlier.json': manifestOf(result, promotion, runOf(job)),
    };
    const step = await at.run({ source, 'source-account': home }, { files });
    expect(Object.keys(amisOf(step))).toEqual([key]);
  });
});

describe('the name of a copy', () => {
  it("has the day on which its source was made and all of the run's commit, and stays as it is in later runs", async () => {
    const at = scenario({ image: { created: '2026-11-20T23:59:59Z' } });
    const given = { name: 'web-{date}-{sha}' };
    const first = await at.run(given);
    expect(told(only(first))).toBe('promoted');
    await at.pass(24 * 60 * 60);
    const later = await at.run(given, { runId: '1002', job: { sha: 'f'.repeat(40) } });
    expect(told(only(later))).toBe('unchanged');
    expect(callsOf(at.world, 'CopyImage').map(({ params }) => params.Name)).toEqual([
      `web-2026-11-20-${job.sha}`,
    ]);
    expect(job.sha).toHaveLength(40);
  });

  it('tells a gate with the same name which of two images at home is the copy', async () => {
    const at = scenario();
    const given = { name: 'web-{date}', regions: sourceRegion };
    const copy = only(await at.run(given));
    expect(copy).toMatchObject({ state: 'promoted', image: { inPlace: false } });
    const gate = only(await at.run({ ...given, mode: 'verify', 'wait-minutes': '0' }, { runId: '1002' }));
    expect(gate).toMatchObject({ state: 'unchanged', image: { id: 'image' in copy && copy.image?.id } });
  });
});
