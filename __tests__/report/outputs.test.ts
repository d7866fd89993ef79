import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { outputNames } from '../../src/report/names.ts';
import { initialOutputs, outputsOf } from '../../src/report/outputs.ts';
import {
  accounts,
  copyId,
  owner,
  placement,
  promotion,
  source,
  sourceId,
  sourceRequest,
  target,
} from '../support/builders.ts';
import {
  failed,
  failure,
  pending,
  promoted,
  result,
  skipped,
  unchanged,
  verified,
  warning,
} from '../support/outcomes.ts';
import { plan, planned, planTarget } from './plans.ts';

const Codes = v.array(v.object({ region: v.string(), code: v.string() }));
const manifest = { file: '/tmp/manifest.json', sha256: 'abc' };
const frankfurt = target({ region: 'eu-central-1' });
const optional = target({ region: 'me-central-1', required: false });

describe('the outputs', () => {
  it('are exactly those of action.yml, from the first moment on', () => {
    expect(initialOutputs()).toEqual({
      amis: '{}',
      'ami-ids': '{}',
      missing: '[]',
      status: 'failure',
      converged: 'false',
      'manifest-file': '',
      'manifest-sha256': '',
      'plan-file': '',
    });
    const later = outputsOf(result([promoted()]), promotion(), manifest, '/tmp/plan.json');
    expect(Object.keys(later)).toEqual(Object.values(outputNames));
    expect(later['manifest-file']).toBe('/tmp/manifest.json');
    expect(later['manifest-sha256']).toBe('abc');
    expect(later['plan-file']).toBe('/tmp/plan.json');
  });
});

describe('amis', () => {
  it('leads from image to owner to Region to id, sorted, and names only verified images', () => {
    const db = target({ source: source({ key: 'db' }), owner: owner('eu') });
    const outcomes = [
      promoted(),
      unchanged({ target: frankfurt, image: verified({ id: 'ami-0000000000000001' }) }),
      pending({ target: optional }),
      failed({ target: target({ region: 'sa-east-1' }), imageId: 'ami-0000000000000002' }),
      promoted({ target: db, image: verified({ id: 'ami-0000000000000003' }) }),
    ];
    const { amis } = outputsOf(result(outcomes), promotion(), manifest, '');
    expect(amis).toBe(
      JSON.stringify({
        db: { eu: { 'eu-west-1': 'ami-0000000000000003' } },
        web: { prod: { 'eu-central-1': 'ami-0000000000000001', 'eu-west-1': copyId } },
      }),
    );
    expect(outputsOf(result(outcomes.toReversed()), promotion(), manifest, '').amis).toBe(amis);
  });

  it('keeps an image whose key is a name of JavaScript', () => {
    const proto = target({ source: source({ key: '__proto__' }) });
    expect(outputsOf(result([promoted({ target: proto })]), promotion(), manifest, '').amis).toBe(
      `{"__proto__":{"prod":{"eu-west-1":"${copyId}"}}}`,
    );
  });
});

describe('ami-ids', () => {
  const ids = (...args: Parameters<typeof result>) =>
    outputsOf(result(...args), promotion(), manifest, '')['ami-ids'];

  it('leads from Region to id for one image and one owner', () => {
    expect(ids([promoted(), failed({ target: frankfurt })])).toBe(`{"eu-west-1":"${copyId}"}`);
  });

  it('is an empty object while nothing is verified', () => {
    expect(ids([pending()])).toBe('{}');
  });

  it('is the empty string with several owners or several images, even if only one is verified', () => {
    const outcome = result([promoted()]);
    const twoOwners = promotion({ owners: [owner('prod'), owner('eu')] });
    const twoImages = promotion({
      sources: [sourceRequest(sourceId, 'web'), sourceRequest(copyId, 'db')],
    });
    expect(outputsOf(outcome, twoOwners, manifest, '')['ami-ids']).toBe('');
    expect(outputsOf(outcome, twoImages, manifest, '')['ami-ids']).toBe('');
  });
});

describe('missing', () => {
  const missingOf = (of: Parameters<typeof outputsOf>[0], wanted = promotion()): unknown =>
    JSON.parse(outputsOf(of, wanted, manifest, '').missing);

  it('has an entry for every target without a verified image, and none for the others', () => {
    const outcomes = [promoted(), pending({ target: frankfurt }), skipped({ target: optional })];
    expect(missingOf(result(outcomes))).toEqual([
      {
        image: 'web',
        owner: 'prod',
        region: 'eu-central-1',
        required: true,
        state: 'pending',
        code: 'StillPending',
        reason: 'The copy is not available yet. Run the step again: it goes on.',
      },
      {
        image: 'web',
        owner: 'prod',
        region: 'me-central-1',
        required: false,
        state: 'skipped',
        code: 'UnauthorizedOperation',
        reason: 'The role may not copy images. Allow ec2:CopyImage in the role.',
      },
    ]);
  });

  it('lists every source and placement as skipped when the source could not be read', () => {
    const wanted = promotion({
      sources: [sourceRequest(sourceId), sourceRequest(copyId, 'db')],
      owners: [owner('eu'), owner('prod')],
      placements: [owner('eu'), owner('prod')].flatMap((of) => [
        placement({ owner: of }),
        placement({ owner: of, region: 'me-central-1', required: false }),
      ]),
    });
    const refused = result([], {
      failures: [failure({ code: 'AccessDenied', where: `${accounts.home}/us-east-1` })],
    });
    const missing = missingOf(refused, wanted);
    expect(missing).toHaveLength(8);
    expect(missing).toContainEqual({
      image: sourceId,
      owner: 'eu',
      region: 'me-central-1',
      required: false,
      state: 'skipped',
      code: 'AccessDenied',
      reason: 'The role may not copy images. Allow ec2:CopyImage in the role.',
    });
    expect(missing).toContainEqual(expect.objectContaining({ image: 'db', owner: 'prod', state: 'skipped' }));
  });

  it.each([
    ['an owner', 'prod', ['AccessDenied', 'AccessDenied', 'NotStarted']],
    ['an owner by its id', accounts.prod, ['AccessDenied', 'AccessDenied', 'NotStarted']],
    ['a Region of an owner', 'prod/eu-west-1', ['AccessDenied', 'NotStarted', 'NotStarted']],
    ['the source', `${accounts.home}/us-east-1`, ['AccessDenied', 'AccessDenied', 'AccessDenied']],
    ['the whole step', '', ['AccessDenied', 'AccessDenied', 'AccessDenied']],
  ])('gives the failure of %s to the targets that it concerns', (_of, where, codes) => {
    const wanted = promotion({
      owners: [owner('prod'), owner('home')],
      placements: [
        placement(),
        placement({ region: 'eu-west-2' }),
        placement({ owner: owner('home'), region: 'us-east-1' }),
      ],
    });
    const missing = missingOf(result([], { failures: [failure({ code: 'AccessDenied', where })] }), wanted);
    const byPlace = Object.fromEntries(v.parse(Codes, missing).map(({ region, code }) => [region, code]));
    expect([byPlace['eu-west-1'], byPlace['eu-west-2'], byPlace['us-east-1']]).toEqual(codes);
  });

  it('has what a plan would write, with its reason', () => {
    const outcome = planned({ meaning: `To be copied to ${accounts.prod}.`, cure: '' });
    expect(missingOf(result([outcome], { plan: plan([planTarget()]) }))).toEqual([
      expect.objectContaining({ state: 'skipped', code: 'Planned', reason: 'To be copied to prod.' }),
    ]);
  });

  it('says that the step was interrupted when it ended before anything was decided', () => {
    const missing = missingOf(result([], { interrupted: true }));
    expect(missing).toEqual([expect.objectContaining({ code: 'Interrupted', state: 'skipped' })]);
  });

  it('names owners in the place of account ids, and hides all other accounts', () => {
    const meaning = `arn:aws:iam::${accounts.prod}:role/x may not see ${accounts.home}/us-east-1/${sourceId}`;
    const outcome = failed({ failure: failure({ meaning, cure: 'Ask 999988887777.' }) });
    expect(missingOf(result([outcome]))).toEqual([
      expect.objectContaining({
        reason: `arn:aws:iam::prod:role/x may not see home/us-east-1/${sourceId} Ask ************.`,
      }),
    ]);
  });

  it('stays within what GitHub takes, by shorter reasons and not by fewer entries', () => {
    const outcomes = Array.from({ length: 3_000 }, (_, index) =>
      failed({
        target: target({ source: source({ key: `image-${index}` }) }),
        failure: failure({ meaning: 'long '.repeat(1_000) }),
      }),
    );
    const { missing } = outputsOf(result(outcomes), promotion(), manifest, '');
    expect(JSON.parse(missing)).toHaveLength(3_000);
    expect(missing.length).toBeLessThan(800_000);
  });
});

describe('status', () => {
  const immediate = promotion({ waitMinutes: 0 });
  const statusOf = (of: Parameters<typeof outputsOf>[0], wanted = promotion()) =>
    outputsOf(of, wanted, manifest, '').status;

  it('is success when every target is verified', () => {
    expect(statusOf(result([promoted(), unchanged({ target: optional })]))).toBe('success');
  });

  it('is partial when only optional targets are missing, whatever became of them', () => {
    expect(statusOf(result([promoted(), failed({ target: optional })]))).toBe('partial');
    expect(statusOf(result([promoted(), pending({ target: optional })]), immediate)).toBe('partial');
  });

  it('is pending when nobody waits and every required target that is missing is on its way', () => {
    const outcomes = [promoted(), pending({ target: frankfurt }), failed({ target: optional })];
    expect(statusOf(result(outcomes), immediate)).toBe('pending');
  });

  it('is failure when the time is up while a required target is on its way', () => {
    expect(statusOf(result([promoted(), pending({ target: frankfurt })]))).toBe('failure');
  });

  it('is failure when a required target failed or was skipped, though others are pending', () => {
    expect(statusOf(result([pending(), failed({ target: frankfurt })]), immediate)).toBe('failure');
    expect(statusOf(result([pending(), skipped({ target: frankfurt })]), immediate)).toBe('failure');
  });

  it('is failure when a signal ended the step, or when there is nothing to show', () => {
    expect(statusOf(result([promoted()], { interrupted: true }))).toBe('failure');
    expect(statusOf(result([promoted()], { failures: [failure()] }))).toBe('failure');
    expect(statusOf(result([]))).toBe('failure');
  });

  it('of a plan is success when everything can be written, however much there is to write', () => {
    const outcomes = [planned(), unchanged({ target: frankfurt })];
    expect(statusOf(result(outcomes, { plan: plan([planTarget()]) }))).toBe('success');
  });

  it('of a plan is failure when a required target is blocked, partial when only optional ones are', () => {
    const inPlan = { plan: plan([planTarget()]) };
    expect(statusOf(result([planned(), failed({ target: frankfurt })], inPlan))).toBe('failure');
    expect(statusOf(result([planned(), failed({ target: optional })], inPlan))).toBe('partial');
    expect(statusOf(result([planned()], { ...inPlan, failures: [failure()] }))).toBe('failure');
  });
});

describe('converged', () => {
  const convergedOf = (of: Parameters<typeof outputsOf>[0]) =>
    outputsOf(of, promotion(), manifest, '').converged;

  it('is true when nothing differs any more; a warning is not something left to do', () => {
    expect(
      convergedOf(result([promoted({ differences: [warning()] }), unchanged({ target: frankfurt })])),
    ).toBe('true');
  });

  it('is false while anything is missing, also something optional, or differs', () => {
    expect(convergedOf(result([promoted(), failed({ target: optional })]))).toBe('false');
    expect(convergedOf(result([promoted({ differences: [warning({ mend: { kind: 'wait' } })] })]))).toBe(
      'false',
    );
    expect(convergedOf(result([promoted()], { interrupted: true }))).toBe('false');
    expect(convergedOf(result([]))).toBe('false');
  });

  it('of a plan is true when it writes nothing and nothing is blocked', () => {
    const nothing = { plan: plan([planTarget({ writes: [] })], { converged: true }) };
    expect(convergedOf(result([unchanged()], nothing))).toBe('true');
    expect(convergedOf(result([unchanged(), failed({ target: optional })], nothing))).toBe('false');
    expect(convergedOf(result([planned()], { plan: plan([planTarget()]) }))).toBe('false');
    expect(convergedOf(result([unchanged()], { plan: plan([planTarget()]) }))).toBe('false');
  });
});
