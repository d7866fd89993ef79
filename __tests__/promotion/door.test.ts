import { describe, expect, it } from '@jest/globals';
import { imagesIn } from '../../simulator/look.ts';
import { home, prod, sourceId, sourceSnapshots } from '../support/organization.ts';
import { idOf, only, scenario, told } from '../support/scenario.ts';
import { give, nobody, notes, openTo, pull, slow } from './opened-source.ts';
import { copyFails, roles, two } from './rolling-back.ts';

describe('a source that is opened', () => {
  it.each(['image', 'snapshots'] as const)(
    'is closed again though who had the %s lost it meanwhile',
    async (part) => {
      const at = scenario(slow);
      give(at, prod, part);
      const run = at.run(pull);
      await at.pass(100);
      // Whoever gave that part takes it away again.
      const image = at.world.images.get(sourceId);
      if (image !== undefined && part === 'image') {
        image.launchPermissions = { current: [], past: [] };
      }
      for (const id of part === 'snapshots' ? sourceSnapshots : []) {
        const found = at.world.snapshots.get(id);
        if (found !== undefined) {
          found.createVolumePermissions = { current: [], past: [] };
        }
      }
      expect(told(only(await run))).toBe('promoted');
      expect({ open: openTo(at.world), notes: notes(at.world) }).toEqual({ open: nobody, notes: [] });
    },
  );

  it('is waited for as long as ever, where it has to be opened for the second time', async () => {
    const at = scenario({
      copying: { seconds: 2 },
      switches: { 'attribute-lag-seconds': 20 },
      faults: Array.from({ length: 30 }, (_, n) => ({
        action: 'ec2:CopyImage',
        region: 'eu-central-1',
        nth: n + 1,
        do: 'error',
        code: 'ResourceLimitExceeded',
        status: 400,
        message: 'limit',
      })),
    });
    const run = at.run({ ...pull, regions: 'eu-west-1\neu-central-1' });
    await at.pass(600);
    const image = at.world.images.get(sourceId);
    if (image !== undefined) {
      image.launchPermissions = { current: [], past: [] };
    }
    for (const id of sourceSnapshots) {
      const found = at.world.snapshots.get(id);
      if (found !== undefined) {
        found.createVolumePermissions = { current: [], past: [] };
      }
    }
    const step = await run;
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
  });
});

describe('a rollback', () => {
  it('leaves a copy alone that somebody else made with the tags of ours', async () => {
    const at = scenario({
      roles,
      copying: { seconds: 2, factors: { 'eu-central-1': 100 } },
      faults: [copyFails],
    });
    const run = at.run(two);
    await at.pass(60);
    const [ours] = imagesIn(at.world, home, 'eu-west-1');
    if (ours === undefined) {
      throw new Error('no copy');
    }
    // CopyImage with CopyImageTags within the account, by a backup for example.
    const backup = {
      ...ours,
      id: idOf('d'),
      name: 'backup',
      tags: new Map(ours.tags),
      devices: [],
      lineage: { imageId: ours.id, region: ours.region },
    };
    at.world.images.set(backup.id, backup as typeof ours);
    const step = await run;
    expect(step.result.rollback).toBeDefined();
    expect(imagesIn(at.world, home, 'eu-west-1').map(({ id, state }) => [id === ours.id, state])).toEqual([
      [true, 'deregistered'],
      [false, 'available'],
    ]);
  });
});
