import { describe, expect, it } from '@jest/globals';
import { liveImagesIn, writesIn } from '../../simulator/look.ts';
import type { SimulatedImage } from '../../simulator/world.ts';
import { gateRoles, verify } from '../support/gate.ts';
import { home, keyArnOf, sourceId, sourceRegion } from '../support/organization.ts';
import {
  idOf,
  imageFile,
  onceAt,
  only,
  type Scenario,
  scenario,
  sole,
  told,
  toldByPlace,
} from '../support/scenario.ts';

const regions = 'eu-west-1\nus-west-2';

/** The copy in Ireland is there, the one in Oregon comes about ten minutes later, by itself. */
async function halfway(): Promise<{ readonly at: Scenario; readonly first: SimulatedImage }> {
  const at = scenario({
    moreRoles: gateRoles,
    copying: { seconds: 600, factors: { 'eu-west-1': 0.001 } },
  });
  expect(toldByPlace(await at.run({ regions, 'wait-minutes': '1' }))).toEqual({
    'home eu-west-1': 'promoted',
    'home us-west-2': 'pending: TimeIsUp',
  });
  return { at, first: sole(liveImagesIn(at.world, home, 'eu-west-1')) };
}

/** Does something once, this long after now, while the gate waits. */
function later(at: Scenario, seconds: number, act: () => unknown): void {
  const due = at.time.now() + seconds * 1000;
  onceAt(at.world, (call) => call.at >= due, act);
}

/** A world of two images that parameters name, which the gate's role may read; copies take ten minutes. */
function withParameters(names: Readonly<Record<string, string>>): Scenario {
  const here = { account: home, region: sourceRegion };
  const gate = sole(gateRoles[home] ?? []);
  const policies = [...gate.policies, '../iam/source-parameter-policy.json'];
  const values = { SOURCE_REGION: sourceRegion, HOME_ACCOUNT_ID: home, PARAMETER_NAME: '*' };
  return scenario({
    ...imageFile(here, { name: 'web-2' }, 'b'),
    parameters: Object.entries(names).map(([name, value]) => ({ ...here, name, value })),
    moreRoles: { [home]: [{ ...gate, policies, values }] },
    copying: { seconds: 600 },
  });
}

describe('what held at the first look, while the gate waits for another target', () => {
  it('is looked at once more at the end, and no more often', async () => {
    const { at } = await halfway();
    const [before, writes] = [at.world.record.length, writesIn(at.world).length];
    const step = await verify(at, { regions, 'wait-minutes': '30' });
    expect(toldByPlace(step)).toEqual({ 'home eu-west-1': 'unchanged', 'home us-west-2': 'unchanged' });
    expect(step.result.interrupted).toBe(false);
    const looks = at.world.record
      .slice(before)
      .filter(({ action, region }) => action === 'DescribeImages' && region === 'eu-west-1');
    expect(looks).toHaveLength(2);
    expect(writesIn(at.world)).toHaveLength(writes);
  });

  it('keeps the gate shut if the source lost a tag meanwhile that it must carry', async () => {
    const { at } = await halfway();
    const source = at.world.images.get(sourceId);
    source?.tags.set('scan', 'passed');
    later(at, 120, () => source?.tags.set('scan', 'failed'));
    const step = await verify(at, { regions, 'wait-minutes': '30', 'require-source-tags': 'scan=passed' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'failed: SourceTagMissing',
      'home us-west-2': 'failed: SourceTagMissing',
    });
  });

  it('keeps the gate shut if the parameter that names the source has moved on meanwhile', async () => {
    const at = withParameters({ web: sourceId });
    await at.run({ 'wait-minutes': '1' });
    later(at, 120, () => {
      const parameter = sole([...at.world.parameters.values()]);
      parameter.versions = [...parameter.versions, { value: idOf('b'), labels: [] }];
    });
    const step = await verify(at, { source: 'ssm:web', 'wait-minutes': '30' });
    expect(told(only(step))).toBe('failed: SourceMoved');
    expect(only(step)).toMatchObject({
      failure: {
        meaning: expect.stringContaining(`${home}/us-east-1/${idOf('b')} now`),
      },
    });
  });

  it('keeps the gate shut if it was deregistered meanwhile', async () => {
    const { at, first } = await halfway();
    later(at, 120, () => Object.assign(first, { state: 'deregistered' }));
    const step = await verify(at, { regions, 'wait-minutes': '30' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'failed: NotPresent',
      'home us-west-2': 'unchanged',
    });
  });

  it.each(['Disabled', 'PendingDeletion'])(
    'keeps the gate shut if its key is %s meanwhile',
    async (state) => {
      const { at } = await halfway();
      later(at, 120, () => Object.assign(at.world.keys.get(keyArnOf(home, 'eu-west-1')) ?? {}, { state }));
      const began = at.time.now();
      const step = await verify(at, { regions, 'wait-minutes': '60' });
      expect(toldByPlace(step)).toEqual({
        'home eu-west-1': 'failed: KeyNotUsable',
        'home us-west-2': 'unchanged',
      });
      // Nothing but a person mends a key, so the rest of the time is not waited for.
      expect(at.time.now() - began).toBeLessThan(15 * 60_000);
    },
  );

  it('is not told as there when the gate ends because of another target', async () => {
    const { at, first } = await halfway();
    later(at, 120, () => Object.assign(first, { state: 'deregistered' }));
    const second = sole(liveImagesIn(at.world, home, 'us-west-2'));
    later(at, 700, () => Object.assign(second, { state: 'disabled' }));
    at.world.copies.splice(0, 1, ...at.world.copies.map((job) => ({ ...job, ends: job.ends + 3_600_000 })));
    const step = await verify(at, { regions, 'wait-minutes': '60' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'failed: NotPresent',
      'home us-west-2': 'failed: ImageDisabled',
    });
  });

  it('keeps the gate shut if two parameters changed places meanwhile', async () => {
    const at = withParameters({ one: sourceId, two: idOf('b') });
    await at.run({ source: `one=${sourceId}\ntwo=${idOf('b')}`, name: '{source-name}', 'wait-minutes': '1' });
    later(at, 120, () => {
      const [one, two] = [...at.world.parameters.values()];
      if (one !== undefined && two !== undefined) {
        [one.versions, two.versions] = [two.versions, one.versions];
      }
    });
    const step = await verify(at, { source: 'one=ssm:one\ntwo=ssm:two', 'wait-minutes': '30' });
    expect(step.result.outcomes.map(told)).toEqual(['failed: SourceMoved', 'failed: SourceMoved']);
  });

  it('is waited for again, and lets the gate open once it is back', async () => {
    const { at, first } = await halfway();
    const began = at.time.now();
    later(at, 120, () => Object.assign(first, { state: 'pending' }));
    later(at, 900, () => Object.assign(first, { state: 'available' }));
    const step = await verify(at, { regions, 'wait-minutes': '60' });
    expect(toldByPlace(step)).toEqual({ 'home eu-west-1': 'unchanged', 'home us-west-2': 'unchanged' });
    expect(at.time.now() - began).toBeGreaterThanOrEqual(900_000);
    expect(step.lines.filter((line) => /eu-west-1.*: waiting\./.test(line))).toHaveLength(1);
  });
});
