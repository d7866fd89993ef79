import { describe, expect, it } from '@jest/globals';
import { imagesIn } from '../../simulator/look.ts';
import { publishedIn } from '../../src/inputs/published.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import type { RollbackCause } from '../../src/model/promotion.ts';
import { finish } from '../../src/promotion/finish.ts';
import { manifestOf } from '../../src/report/manifest.ts';
import { withAws } from '../support/aws.ts';
import { run } from '../support/builders.ts';
import { home, prod, sourceId, sourceRegion, staging } from '../support/organization.ts';
import type { InProcess } from '../support/promotion.ts';
import { imageFile, onceAt, only, type Scenario, scenario, told } from '../support/scenario.ts';
import { everyPart, future, leaveOpen, nobody, notes, openTo, pull, slow } from './opened-source.ts';
import { roles } from './rolling-back.ts';

/** What `post` does for a step that did not come to its end. */
async function post(
  at: Scenario,
  step: Pick<InProcess, 'journal' | 'promotion'>,
  why: RollbackCause = 'failure',
  published: readonly string[] = [],
) {
  const end = new AbortController();
  at.time.sleep(240_000, new AbortController().signal).then(
    () => end.abort(),
    () => undefined,
  );
  const reporter = {
    line: () => undefined,
    trace: () => undefined,
    beat: () => undefined,
    landed: () => undefined,
  };
  const journal = { append: async () => undefined };
  return withAws(
    at,
    (aws) =>
      finish(
        step.journal,
        why,
        step.promotion,
        { aws, clock: at.time, reporter, journal, signal: end.signal },
        new Set(published),
      ),
    { signal: end.signal },
  );
}

/** The journal of a step that was cut off just before it came to its end. */
function unended(journal: readonly JournalEntry[]) {
  return journal.filter(({ phase }) => phase !== 'finished');
}

describe('post', () => {
  it.each([
    ['keeping what it opened', 'none', 'failure'],
    ['undoing what it did', 'cancel', 'cancel'],
  ] as const)(
    'leaves the note of another run alone, off which the step took an account (%s)',
    async (_, rollbackOn, why) => {
      const at = scenario({ roles: roles, copying: { seconds: 200, factors: { 'eu-central-1': 4 } } });
      const given = { ...pull, 'keep-source-access': 'true', 'rollback-on': rollbackOn };
      const short = at.run(given);
      await at.pass(60);
      const both = { accounts: `prod=${prod}\nstaging=${staging}`, regions: 'eu-central-1' };
      const long = at.run(both, { runId: '1002' });
      const step = await short;
      expect(told(only(step))).toBe('promoted');
      const theirs = { run: expect.stringContaining('example/images/1002/1/'), accounts: [staging] };
      expect(notes(at.world)).toMatchObject([theirs]);
      // Its other targets go on, and then it is cut off.
      await post(at, { ...step, journal: unended(step.journal) }, why);
      expect({
        notes: notes(at.world),
        open: openTo(at.world).map((part) => part.includes(staging)),
      }).toMatchObject({
        notes: [theirs],
        open: [true, true, true],
      });
      await long;
    },
  );

  it('keeps the access of an account that another run had opened the source to before', async () => {
    const at = scenario({ copying: { seconds: 200, factors: { 'eu-central-1': 4 } } });
    const long = at.run({ ...pull, regions: 'eu-central-1' }, { runId: '1002' });
    await at.pass(60);
    expect(told(only(await at.run({ ...pull, 'keep-source-access': 'true' })))).toBe('promoted');
    await long;
    expect(openTo(at.world)).toEqual(everyPart(prod));
  });

  it('closes an image whose name could be no key, because the step gave it one', async () => {
    const at = scenario({ image: { name: '20261121' }, copying: { seconds: 30 } });
    const step = await at.run({ ...pull, source: `web=${sourceId}`, 'wait-minutes': '0' });
    expect(openTo(at.world)).toEqual(everyPart(prod));
    await at.pass(60);
    await post(at, { ...step, journal: unended(step.journal) });
    expect(openTo(at.world).flat()).toEqual([]);
  });

  it('closes the image that the step opened, whatever its parameter names by then', async () => {
    const place = { account: home, region: sourceRegion };
    const mayRead = { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' };
    const at = scenario({
      roles: {
        [home]: { policies: ['../iam/home-policy.json', { Version: '2012-10-17', Statement: mayRead }] },
      },
      parameters: [{ ...place, name: '/images/web', value: sourceId }],
      copying: { seconds: 30 },
    });
    const step = await at.run({ ...pull, source: 'web=ssm:/images/web', 'wait-minutes': '0' });
    expect(openTo(at.world)).toEqual(everyPart(prod));
    at.world.parameters.clear();
    await at.pass(60);
    await post(at, { ...step, journal: unended(step.journal) });
    expect(openTo(at.world).flat()).toEqual([]);
    expect(notes(at.world)).toEqual([]);
  });

  it('does not close the source for another run whose note the step restored in its rollback', async () => {
    const at = scenario({
      roles,
      faults: [{ action: 'ec2:CopyImage', region: 'eu-central-1', do: 'fail-copy' }],
    });
    leaveOpen(at, prod, future);
    const step = await at.run({
      regions: 'us-east-1\neu-central-1',
      'share-with': prod,
      'rollback-on': 'failure',
    });
    expect(step.result.outcomes.map(told)).toEqual(['failed: RolledBack', 'failed: CopyFailed']);
    expect(notes(at.world)).toMatchObject([{ accounts: [prod] }]);
    expect(openTo(at.world)).toEqual(everyPart(prod));
    await post(at, { ...step, journal: unended(step.journal) });
    expect(openTo(at.world)).toEqual(everyPart(prod));
    expect(notes(at.world)).toMatchObject([{ deadline: future, accounts: [prod] }]);
  });

  it('does not remove what a later step of the job adopted and published', async () => {
    const at = scenario({ roles, ...slow });
    const death = new AbortController();
    onceAt(
      at.world,
      (call) => call.action === 'CopyImage',
      () => death.abort(),
    );
    const first = await at.run(
      { 'rollback-on': 'failure,cancel' },
      { signal: death.signal, process: 'aaaaaaaa' },
    );
    const second = await at.run({ 'rollback-on': 'failure,cancel' }, { process: 'bbbbbbbb' });
    expect(told(only(second))).toBe('promoted');
    const manifest = manifestOf(second.result, second.promotion, run());
    const { rollback } = await post(at, first, 'cancel', publishedIn(manifest));
    expect(imagesIn(at.world, home, 'eu-west-1').map(({ state }) => state)).toEqual(['available']);
    expect(rollback?.left).toMatchObject([{ failure: { code: 'PublishedElsewhere' } }]);
  });

  it("takes nobody's permission who got it for good after the step had closed", async () => {
    const at = scenario();
    const step = await at.run(pull);
    expect(openTo(at.world)).toEqual(nobody);
    await at.pass(600);
    const other = await at.run({ regions: 'us-east-1', 'share-with': prod }, { runId: '1002' });
    expect(told(only(other))).toBe('promoted');
    // The step goes on with another source image meanwhile, and is cancelled.
    await post(at, { ...step, journal: unended(step.journal) });
    expect(openTo(at.world)[0]).toEqual([prod]);
  });

  it('closes a source though another source image of the step is gone', async () => {
    const twin = imageFile({ account: home, region: sourceRegion }, {}, 'b');
    const at = scenario({ ...twin, copying: { seconds: 60 } });
    const death = new AbortController();
    let copies = 0;
    at.world.onCall = (call) => {
      copies += call.action === 'CopyImage' && call.params.DryRun !== true ? 1 : 0;
      if (copies === 2) {
        death.abort();
      }
    };
    const step = await at.run(
      { ...pull, source: `one=${sourceId}\ntwo=${twin.images[0]?.['id' as never]}`, name: 'web-{key}' },
      { signal: death.signal },
    );
    delete at.world.onCall;
    expect(openTo(at.world)).toEqual(everyPart(prod));
    await at.pass(300);
    const gone = at.world.images.get('ami-bbbbbbbbbbbbbbbbb');
    if (gone !== undefined) {
      gone.state = 'deregistered';
    }
    await post(at, step);
    expect(openTo(at.world)).toEqual(nobody);
  });
});
