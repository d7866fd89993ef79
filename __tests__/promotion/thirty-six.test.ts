import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { amisOf } from '../support/asked.ts';
import { home, prod, sourceId, sourceRegion, staging } from '../support/organization.ts';
import { idOf, imageFile, scenario } from '../support/scenario.ts';

const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2', 'me-central-1'];
const owners = ['home', 'prod', 'staging'];
const enabled = { 'me-central-1': { enabled: true } };
const world = {
  ...imageFile({ account: home, region: sourceRegion }, { name: 'web-arm', architecture: 'arm64' }, 'c'),
  regions: { [home]: enabled, [prod]: enabled, [staging]: enabled },
  copying: { seconds: 600 },
};
const files = {
  'packer.json': JSON.stringify({
    builds: [
      { name: 'amd64', artifact_id: `${sourceRegion}:${sourceId}` },
      { name: 'arm64', artifact_id: `${sourceRegion}:${idOf('c')}` },
    ].map((build) => ({ ...build, builder_type: 'amazon-ebs', files: null, packer_run_uuid: '1' })),
    last_run_uuid: '1',
  }),
};
const given = {
  source: 'packer:packer.json',
  accounts: `home\nprod=${prod}\nstaging=${staging}`,
  regions: regions.join('\n'),
  name: 'web-{key}-{date}-{sha}',
  'poll-seconds': '10',
};

const sources = [sourceId, idOf('c')];

function asksFor(params: Readonly<Record<string, unknown>>, id: string): boolean {
  return JSON.stringify(params.Filters).includes(id);
}

/**
 * The looks at copies in an owner's Region while they were under way, and nothing else happened. Who may read a source is
 * asked along with its permissions, which are no news of a copy.
 */
function polls(world: World, from: number, to: number): ReadonlyMap<string, number> {
  const looks = world.record.filter(
    ({ action, at, params }) =>
      action === 'DescribeImages' && at > from && at < to && !sources.some((id) => asksFor(params, id)),
  );
  const places = Map.groupBy(looks, ({ account, region }) => `${account}/${region}`);
  return new Map([...places].map(([place, some]) => [place, some.length]));
}

describe('two images × three accounts × six Regions in one step', () => {
  it('are 36 targets, with one poll for each owner and Region, and outputs in the documented shape', async () => {
    const at = scenario(world);
    const began = at.time.now();
    const step = await at.run(given, { files });
    expect(step.result.outcomes).toHaveLength(36);
    expect([...new Set(step.result.outcomes.map(({ state }) => state))]).toEqual(['promoted']);

    const seconds = 400;
    const [from, to] = [began + 100_000, began + (100 + seconds) * 1000];
    const counts = polls(at.world, from, to);
    expect(counts.size).toBe(18);
    for (const count of counts.values()) {
      expect(count).toBeGreaterThanOrEqual(seconds / 10 - 2);
      expect(count).toBeLessThanOrEqual(seconds / 10 + 1);
    }

    const amis = amisOf(step);
    expect(Object.keys(amis)).toEqual(['amd64', 'arm64']);
    const ids = Object.values(amis).flatMap((byOwner) => {
      expect(Object.keys(byOwner)).toEqual(owners);
      return Object.values(byOwner).flatMap((byRegion) => {
        expect(Object.keys(byRegion).sort()).toEqual([...regions].sort());
        return Object.values(byRegion);
      });
    });
    expect(new Set(ids).size).toBe(36);
    const outputs = outputsOf(step.result, step.promotion, { file: 'm', sha256: 's' }, '');
    expect(outputs).toMatchObject({
      'ami-ids': '',
      missing: '[]',
      status: 'success',
      converged: 'true',
      'plan-file': '',
    });
  });

  it('hold at the gate, which asks each place as often', async () => {
    const at = scenario({ ...world, moreRoles: rolesToVerify });
    await at.run({ ...given, 'wait-minutes': '0' }, { files });
    const began = at.time.now();
    const verify = { ...given, mode: 'verify', role: 'ami-verification', 'wait-minutes': '60' };
    const step = await at.run(verify, { files, runId: '1002' });
    expect([...new Set(step.result.outcomes.map(({ state }) => state))]).toEqual(['unchanged']);
    const looks = at.world.record.filter(
      ({ action, at: when, principal }) =>
        action === 'DescribeImages' &&
        principal.includes('ami-verification') &&
        when > began + 100_000 &&
        when < began + 500_000,
    );
    const places = Map.groupBy(looks, ({ account, region }) => `${account}/${region}`);
    expect(places.size).toBe(18);
    for (const some of places.values()) {
      expect(some.length).toBeLessThanOrEqual(41);
    }
  });
});

const rolesToVerify = Object.fromEntries(
  [home, prod, staging].map((account) => [
    account,
    [
      {
        name: 'ami-verification',
        'trust-policy': '../iam/trust-policy.json',
        policies: ['../iam/verification-policy.json'],
      },
    ],
  ]),
);
