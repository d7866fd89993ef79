import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, writesIn } from '../../simulator/look.ts';
import { againstPlan, planFor } from '../../simulator/plan-check.ts';
import type { Plan, PlanTarget } from '../../src/model/plan.ts';
import { planText } from '../../src/report/plan.ts';
import { isConverged } from '../../src/report/status.ts';
import {
  type Changes,
  consumer,
  home,
  organizationArn,
  prod,
  sourceId,
  sourceRegion,
  sourceSnapshots,
  staging,
} from '../support/organization.ts';
import { type InProcess, type Inputs, job } from '../support/promotion.ts';
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
  untag,
} from '../support/scenario.ts';

/** Roles of every account that may look and nothing else, beside those that promote. */
const planners: Changes['moreRoles'] = Object.fromEntries(
  [home, prod, staging].map((account) => [
    account,
    [
      {
        name: 'ami-plan',
        'trust-policy': '../iam/trust-policy.json',
        policies: ['../iam/read-only-policy.json'],
      },
    ],
  ]),
);

const everywhere = { accounts: `home\nprod=${prod}\nstaging=${staging}`, regions: 'us-east-1\neu-west-1' };

/** What a plan for these inputs says, made by the roles that only look. */
async function planned(at: Scenario, given: Inputs = {}): Promise<InProcess> {
  return at.run({ ...given, mode: 'plan', role: 'ami-plan' }, { runId: '1000' });
}

function planOf({ result }: InProcess): Plan {
  if (result.plan === undefined) {
    throw new Error('there is no plan');
  }
  return result.plan;
}

/** Promotes with a plan that was approved. */
async function promoted(at: Scenario, plan: InProcess, given: Inputs = {}, runId = '2002') {
  const files = { 'plan.json': planText(planOf(plan)) };
  return at.run({ ...given, 'approved-plan': 'plan.json' }, { runId, files });
}

/** The states of a plan's targets, by place. */
function states(plan: Plan): Readonly<Record<string, PlanTarget['state']>> {
  return Object.fromEntries(plan.targets.map(({ owner, region, state }) => [`${owner} ${region}`, state]));
}

describe('a plan', () => {
  it('writes nothing, not even to try it out, with roles that only look', async () => {
    const at = scenario({ moreRoles: planners });
    const step = await planned(at, { ...everywhere, tags: 'stage=prod' });
    expect(writesIn(at.world)).toEqual([]);
    expect(at.world.record.filter(({ params }) => params.DryRun === true)).toEqual([]);
    expect(new Set(at.world.record.map(({ code }) => code))).toEqual(
      new Set(['ok', 'AccessDeniedException']),
    );
    expect(states(planOf(step))).toMatchObject({ 'home eu-west-1': 'change', 'prod us-east-1': 'change' });
    expect(step.result.stopped).toBe(false);
  });

  it('says of each target what would become of it', async () => {
    const at = scenario({
      copying: { seconds: 600 },
      moreRoles: planners,
      ...imageFile({ account: prod, region: 'us-west-2' }, { name: 'web-1' }),
    });
    await at.run({ regions: 'eu-west-1' });
    await at.run({ regions: 'ap-southeast-2', 'wait-minutes': '0' });
    const step = await planned(at, {
      accounts: `home\nprod=${prod}`,
      regions: 'eu-west-1\nap-southeast-2\nus-west-2',
    });
    expect(states(planOf(step))).toEqual({
      'home eu-west-1': 'unchanged',
      'home ap-southeast-2': 'pending',
      'home us-west-2': 'change',
      'prod eu-west-1': 'change',
      'prod ap-southeast-2': 'change',
      'prod us-west-2': 'blocked',
    });
    expect(planOf(step).converged).toBe(false);
    const blocked = planOf(step).targets.find(({ state }) => state === 'blocked');
    expect(blocked?.writes).toEqual([]);
    expect(blocked?.problems.map(({ code }) => code)).toEqual(['NameTaken']);
    expect(toldByPlace(step)).toMatchObject({
      'home eu-west-1': 'unchanged',
      'home us-west-2': 'skipped: Planned',
      'prod us-west-2': 'failed: NameTaken',
    });
  });

  it('of what is promoted already has nothing in it', async () => {
    const at = scenario({ moreRoles: planners });
    await at.run({ ...everywhere, tags: 'stage=prod' });
    const step = await planned(at, { ...everywhere, tags: 'stage=prod' });
    expect(planOf(step)).toMatchObject({ converged: true });
    expect(isConverged(step.result, step.promotion)).toBe(true);
    expect(planOf(step).targets.flatMap(({ writes }) => writes)).toEqual([]);
  });
});

const one = { accounts: `prod=${prod}` };
const shared = { accounts: `prod=${prod}`, 'share-with': `${consumer}\n${organizationArn}` };
const bound = { name: 'web-{sha}-{run-id}', description: 'by {run-id} of {sha}' };

interface Case {
  readonly name: string;
  readonly given: Inputs;
  readonly changes?: Changes;
  /** What is there before the plan is made. */
  readonly before?: (at: Scenario) => Promise<unknown>;
}

const cases: readonly Case[] = [
  { name: 'a push', given: {} },
  { name: 'pulls into two accounts beside a push', given: everywhere },
  { name: 'name and description that are bound to the run', given: { ...everywhere, ...bound } },
  {
    name: 'sharing of images and snapshots',
    given: { ...shared, 'share-snapshots': 'true', regions: 'eu-west-1\nus-west-2' },
    changes: { roles: { [prod]: { policies: sharing() } } },
  },
  {
    name: 'a public image',
    given: { public: 'true', 'kms-key': 'none' },
    changes: { encryptedSource: false, regions: { [home]: { 'eu-west-1': { 'public-sharing': true } } } },
  },
  { name: 'a time-based copy', given: { 'copy-completion-minutes': '60' } },
  {
    name: 'IMDSv2, which the copy has from its source',
    given: one,
    changes: { image: { 'imds-support': 'v2.0' } },
  },
  {
    name: 'IMDSv2, which the copy lost',
    given: one,
    changes: { image: { 'imds-support': 'v2.0' }, switches: { 'not-copied': ['imdsSupport'] } },
  },
  {
    name: 'tags to mend, and a consumer to add',
    given: { ...everywhere, regions: 'eu-west-1', tags: 'stage=prod\nteam=x' },
    before: (at) => at.run({ ...everywhere, regions: 'eu-west-1', tags: 'team=y' }),
  },
  {
    name: 'one consumer more of the source in its place',
    given: { regions: sourceRegion, 'share-with': consumer, tags: 'stage=prod' },
  },
  {
    name: 'a copy under way',
    given: { ...shared },
    before: async (at) => {
      await at.run({ ...one, 'wait-minutes': '0' });
      at.world.images.get(sourceId)?.tags.clear();
    },
  },
];

/** What the owner's role may do that also shares snapshots. */
function sharing() {
  return ['../iam/owner-policy.json', '../iam/share-snapshots-policy.json'];
}

describe('promoting with an approved plan', () => {
  it.each(cases)('writes exactly what it says: $name', async ({ given, changes, before }) => {
    const at = scenario({ copying: { seconds: 600 }, ...changes, moreRoles: planners });
    await before?.(at);
    const plan = await planned(at, given);
    const earlier = writesIn(at.world).length;
    const step = await promoted(at, plan, given);
    expect(['promoted', 'unchanged']).toEqual(expect.arrayContaining(step.result.outcomes.map(told)));
    const made = writesIn(at.world).slice(earlier);
    const comparison = againstPlan(planFor(planText(planOf(plan)), { ...job, runId: '2002' }), made);
    expect(comparison).toMatchObject({ missing: [], surplus: [] });
    expect(comparison.agreed.length).toBeGreaterThan(0);
    expect(step.lines).toContain('Every write that is due is in the approved plan.');
  });

  it('goes on after a part of it was done', async () => {
    const at = scenario({ copying: { seconds: 600 }, moreRoles: planners });
    const given = { ...everywhere, ...shared, regions: 'eu-west-1\nus-west-2', 'wait-minutes': '0' };
    const plan = await planned(at, given);
    expect((await promoted(at, plan, given)).result.outcomes.map(told)).toEqual([
      'pending: StillCopying',
      'pending: StillCopying',
    ]);
    const rerun = await promoted(at, plan, { ...given, 'wait-minutes': '30' }, '2003');
    expect(rerun.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    const again = await promoted(at, plan, given, '2004');
    expect(again.result.outcomes.map(told)).toEqual(['unchanged', 'unchanged']);
  });
});

const other = imageFile({ account: home, region: sourceRegion }, { name: 'other-1' });

const extra: readonly {
  readonly name: string;
  readonly approved?: Inputs;
  readonly given: Inputs;
  readonly says: string;
}[] = [
  {
    name: 'one more consumer',
    approved: { ...one, 'share-with': consumer },
    given: { ...one, 'share-with': `${consumer}\n${staging}` },
    says: `The approved plan has it otherwise: share with ${consumer}, ${staging} where share with ${consumer} is approved.`,
  },
  { name: 'another tag', given: { ...one, tags: 'stage=prod' }, says: 'stage' },
  { name: 'another key', given: { ...one, 'kms-key': 'alias/second' }, says: 'with key arn:' },
  { name: 'another name', given: { ...one, name: 'web-{run-id}' }, says: 'web-{run-id}' },
  {
    name: 'another Region',
    given: { ...one, regions: 'eu-west-1\nus-west-2' },
    says: 'The approved plan has nothing for prod/us-west-2: open the source, copy 48 GiB from us-east-1.',
  },
  {
    name: 'another optional Region',
    given: { ...one, 'optional-regions': 'us-west-2' },
    says: 'has nothing for prod/us-west-2: ',
  },
  {
    name: 'another account',
    given: { accounts: `prod=${prod}\nstaging=${staging}` },
    says: 'has nothing for staging/',
  },
  { name: 'copies in a given time', given: { ...one, 'copy-completion-minutes': '60' }, says: '60' },
];

describe('what an approved plan does not have', () => {
  it.each(extra)(
    'stops everything before the first write: $name',
    async ({ approved = one, given, says }) => {
      const second = { id: '00000000-0000-4000-8000-0000000000ff', account: prod, region: 'eu-west-1' };
      const at = scenario({ moreRoles: planners, keys: [{ ...second, alias: 'alias/second' }] });
      const plan = await planned(at, approved);
      const step = await promoted(at, plan, given);
      const failed = step.result.outcomes.filter((outcome) => outcome.state === 'failed');
      expect(failed.map(told)).toEqual(failed.map(() => 'failed: NotInPlan'));
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.map(({ failure }) => failure.meaning).join()).toContain(says);
      expect(step.result.stopped).toBe(true);
      expect(writesIn(at.world)).toEqual([]);
    },
  );

  it('stops everything even where targets that fail are skipped', async () => {
    const at = scenario({ moreRoles: planners });
    const step = await promoted(at, await planned(at, one), {
      accounts: `prod=${prod}\nstaging=${staging}`,
      'preflight-failures': 'skip-target',
    });
    expect(step.result.outcomes.map(told)).toEqual(['skipped: NotStarted', 'failed: NotInPlan']);
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is another source', async () => {
    const at = scenario({ ...other, moreRoles: planners });
    const step = await promoted(at, await planned(at), { source: idOf('a') });
    expect(step.failure).toMatchObject({ code: 'PlanOfOtherSources' });
    expect(step.failure?.meaning).toContain(sourceId);
    expect(step.failure?.meaning).toContain(idOf('a'));
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is a tag that somebody takes away meanwhile', async () => {
    const at = scenario({ moreRoles: planners });
    const given = { tags: 'stage=prod', 'share-with': consumer };
    await at.run({ tags: 'stage=prod' });
    const plan = await planned(at, given);
    const copy = sole(imagesIn(at.world, home, 'eu-west-1'));
    onceAt(
      at.world,
      ({ action }) => action === 'ModifyImageAttribute',
      () => untag(at.world, copy, 'stage'),
    );
    const step = await promoted(at, plan, given);
    expect(told(only(step))).toBe('failed: NotInPlan');
    expect(callsOf(at.world, 'CreateTags')).toEqual([]);
  });

  it('is access to the source that is taken away during the copy', async () => {
    const at = scenario({ copying: { seconds: 600 }, moreRoles: planners });
    access(at, [prod]);
    const plan = await planned(at, one);
    expect(sole(planOf(plan).targets).writes.map(({ kind }) => kind)).toEqual(['copy-image']);
    onceAt(
      at.world,
      ({ action }) => action === 'CopyImage',
      () => access(at, []),
    );
    const step = await promoted(at, plan, one);
    expect(told(only(step))).toBe('failed: NotInPlan');
    expect(writesIn(at.world).filter(({ account }) => account === home)).toEqual([]);
  });

  it('is access that is taken away while the source is not seen yet', async () => {
    const hidden = { [sourceRegion]: { 'allowed-images': { state: 'enabled', criteria: [] } } };
    const at = scenario({
      moreRoles: planners,
      regions: { [prod]: hidden },
      faults: [{ action: 'ec2:GetAllowedImagesSettings', do: 'access-denied' }],
    });
    access(at, [prod]);
    const plan = await planned(at, one);
    at.world.onCall = ({ action, params }) => {
      if (action === 'CopyImage' && params.DryRun === true) {
        access(at, []);
      }
    };
    expect(told(only(await promoted(at, plan, one)))).toBe('failed: NotInPlan');
    expect(writesIn(at.world)).toEqual([]);
  });
});

/** Opens the source to these accounts, as somebody else would, and to no others. */
function access({ world }: Scenario, accounts: readonly string[]): void {
  const image = world.images.get(sourceId);
  if (image !== undefined) {
    image.launchPermissions = { current: accounts.map((id) => ({ kind: 'account', id })), past: [] };
  }
  for (const id of sourceSnapshots) {
    const snapshot = world.snapshots.get(id);
    if (snapshot !== undefined) {
      snapshot.createVolumePermissions = { current: accounts, past: [] };
    }
  }
}
