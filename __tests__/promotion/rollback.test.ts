import { describe, expect, it } from '@jest/globals';
import { imagesIn, orphansIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import { ownTags } from '../../src/model/tags.ts';
import { deny } from '../support/denials.ts';
import { home, sourceId, sourceRegion } from '../support/organization.ts';
import { idOf, imageFile, onceAt, scenario, sole, told, toldByPlace } from '../support/scenario.ts';
import { copyFails, failing, here, picture, pullTwo, roles, two } from './rolling-back.ts';

const there = { account: home, region: 'eu-west-1' };

describe('rollback-on: failure, where one target failed', () => {
  it.each([
    ['supported', 0],
    ['refused', 0],
    ['refused', 30],
  ])(
    'removes every copy of this run with its snapshots: as before (parameter %s, in use for %i s)',
    async (parameter, lag) => {
      const at = failing({
        switches: { 'delete-associated-snapshots': parameter, 'in-use-lag-seconds': lag },
      });
      const before = picture(at.world);
      const step = await at.run(two);
      expect(toldByPlace(step)['home eu-west-1']).toBe('failed: RolledBack');
      expect(toldByPlace(step)['home eu-central-1']).toBe('failed: CopyFailed');
      expect(picture(at.world)).toEqual(before);
      expect(step.result.rollback).toMatchObject({ why: 'failure', left: [] });
      expect(step.result.rollback?.undone.length).toBeGreaterThanOrEqual(2);
    },
  );

  it('does so too where failed copies list their snapshots', async () => {
    const at = failing({ switches: { 'failed-copy-snapshots': 'listed' } });
    const before = picture(at.world);
    await at.run(two);
    expect(picture(at.world)).toEqual(before);
  });

  it('closes the source, and leaves it as it was', async () => {
    const at = failing();
    const before = picture(at.world);
    const step = await at.run(pullTwo);
    expect(toldByPlace(step)).toEqual({
      'prod eu-west-1': 'failed: RolledBack',
      'prod eu-central-1': 'failed: CopyFailed',
    });
    expect(picture(at.world)).toEqual(before);
    expect(step.result.opened).toMatchObject([{ state: 'closed' }]);
  });

  it('says the reason of every target, and the rollback beside it', async () => {
    const at = failing();
    const step = await at.run(two);
    const codes = step.result.outcomes.map((outcome) =>
      outcome.state === 'failed' ? [outcome.failure, ...outcome.others].map(({ code }) => code) : [],
    );
    expect(codes).toEqual([['RolledBack'], ['CopyFailed', 'RolledBack']]);
    for (const outcome of step.result.outcomes) {
      expect(outcome).not.toHaveProperty('imageId', expect.anything());
    }
  });

  it('does nothing of it where that is not asked for, or only an optional target is missing', async () => {
    const at = failing();
    expect(toldByPlace(await at.run({ ...two, 'rollback-on': 'none' }))['home eu-west-1']).toBe('promoted');
    const other = failing();
    const step = await other.run({
      regions: 'eu-west-1',
      'optional-regions': 'eu-central-1',
      'rollback-on': 'failure',
    });
    expect(toldByPlace(step)['home eu-west-1']).toBe('promoted');
    expect(step.result.rollback).toBeUndefined();
    expect(here(other.world)).toHaveLength(1);
  });

  it('does nothing of it where all are promoted, nor with cancel alone', async () => {
    const at = scenario({ roles });
    const step = await at.run(two);
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    expect(step.result.rollback).toBeUndefined();
    const other = failing();
    await other.run({ ...two, 'rollback-on': 'cancel' });
    expect(here(other.world)).toHaveLength(1);
  });

  it('does nothing of it where preflight stopped the step before its first write', async () => {
    const at = failing(imageFile(there, { name: 'web-1' }));
    const step = await at.run(two);
    expect(toldByPlace(step)['home eu-central-1']).toBe('skipped: NotStarted');
    expect(step.result.rollback).toBeUndefined();
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is followed by a run that promotes everything', async () => {
    const at = scenario({ roles, faults: [{ ...copyFails, nth: 1 }] });
    await at.run(two);
    const again = await at.run(two, { runId: '1002' });
    expect(again.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    expect(here(at.world)).toHaveLength(1);
    expect(orphansIn(at.world)).toEqual([]);
  });

  it('is followed by a re-run of the same run that promotes everything, though its tokens are used up', async () => {
    const at = scenario({ roles, faults: [{ ...copyFails, nth: 1 }] });
    await at.run(two);
    const again = await at.run(two);
    expect(again.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    expect(here(at.world)).toHaveLength(1);
  });
});

describe('what cannot be undone', () => {
  it('is an image that somebody protected: it stays, and is told with the command', async () => {
    const at = failing({ copying: { seconds: 120 } });
    onceAt(
      at.world,
      (call) => call.action === 'CopyImage' && call.region === 'eu-west-1',
      () => {
        for (const image of here(at.world)) {
          image.deregistrationProtection = 'enabled-without-cooldown';
        }
      },
    );
    const step = await at.run(two);
    const kept = sole(here(at.world));
    expect(kept.state).not.toBe('deregistered');
    const left = step.result.rollback?.left ?? [];
    expect(left.map(({ what }) => what).join()).toContain(kept.id);
    expect(left.flatMap(({ commands }) => commands)).toContain(
      `aws ec2 deregister-image --region eu-west-1 --image-id ${kept.id} --delete-associated-snapshots`,
    );
    expect(snapshotsIn(at.world, home, 'eu-west-1')).toHaveLength(2);
  });

  it('is what the role may not remove: told with its reason', async () => {
    const at = failing({ copying: { seconds: 120 } });
    deny(at.world, 'a policy of the role', home, 'ec2:DeregisterImage');
    const step = await at.run(two);
    expect(step.result.rollback?.left).toContainEqual(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'UnauthorizedOperation' }) }),
    );
    expect(here(at.world)).toHaveLength(1);
  });

  it('is a snapshot that does not go with its image: told with the command', async () => {
    const at = failing({ switches: { 'delete-associated-snapshots': 'refused' } });
    deny(at.world, 'a policy of the role', home, 'ec2:DeleteSnapshot');
    const step = await at.run(two);
    expect(here(at.world)).toEqual([]);
    const commands = step.result.rollback?.left.flatMap((one) => one.commands) ?? [];
    for (const { id, region } of snapshotsIn(at.world, home, 'eu-west-1')) {
      expect(commands).toContain(`aws ec2 delete-snapshot --region ${region} --snapshot-id ${id}`);
    }
  });

  it('is IMDSv2 on an image that was there: AWS has no way back', async () => {
    const origin = `${home}/${sourceRegion}/${sourceId}`;
    const lineage = { image: sourceId, region: sourceRegion };
    const at = failing({
      ...imageFile(there, { tags: { [ownTags.source]: origin }, lineage }),
      image: { 'imds-support': 'v2.0' },
    });
    const step = await at.run(two);
    expect(step.result.rollback?.left).toMatchObject([
      { what: expect.stringContaining(idOf('a')), failure: { code: 'NoWayBack' }, commands: [] },
    ]);
  });

  it('is that everybody might read a snapshot: no policy in iam/ lets a role give that back', async () => {
    const open = { [home]: { 'eu-west-1': { 'public-sharing': true } } };
    const at = failing({ encryptedSource: false, regions: open });
    await at.run({ 'kms-key': 'none', regions: 'eu-west-1' });
    const published = snapshotsIn(at.world, home, 'eu-west-1');
    for (const snapshot of published) {
      snapshot.createVolumePermissions = { current: ['all'], past: [] };
    }
    const step = await at.run({ ...two, sharing: 'exact', 'kms-key': 'none' }, { runId: '1002' });
    expect(published.map(({ createVolumePermissions }) => createVolumePermissions.current)).toEqual(
      published.map(() => []),
    );
    const left = step.result.rollback?.left ?? [];
    expect(left.map(({ failure }) => failure.code)).toEqual(published.map(() => 'UnauthorizedOperation'));
    expect(left.flatMap(({ commands }) => commands).join()).toContain('--group-names all');
  });

  it('does not keep the rest from being undone', async () => {
    const at = failing({ copying: { seconds: 120 } });
    deny(at.world, 'a policy of the role', home, 'ec2:DeregisterImage', 'eu-west-1');
    const step = await at.run({ ...two, regions: 'eu-west-1\nus-west-2\neu-central-1' });
    expect(here(at.world)).toHaveLength(1);
    expect(imagesIn(at.world, home, 'us-west-2').map(({ state }) => state)).toEqual(['deregistered']);
    expect(step.result.rollback?.left).toHaveLength(1);
  });
});
