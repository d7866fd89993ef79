import { describe, expect, it } from '@jest/globals';
import { liveImagesIn } from '../../simulator/look.ts';
import { gateRoles, verify } from '../support/gate.ts';
import { home, sourceSnapshots } from '../support/organization.ts';
import { only, scenario, sole, told, toldByPlace } from '../support/scenario.ts';

const [root, data] = sourceSnapshots;
const devices = [
  { name: '/dev/xvda', snapshot: root },
  { name: '/dev/sdf', snapshot: data, 'delete-on-termination': false },
  { name: '/dev/sdg', blank: true, 'size-gib': 100 },
];
const regions = 'us-east-1\neu-west-1';

describe('an image with a volume that a launch makes empty', () => {
  it('is promoted, in its own place too, and holds at the gate: the volume has no snapshot', async () => {
    const at = scenario({ image: { devices }, moreRoles: gateRoles });
    const first = await at.run({ regions });
    expect(toldByPlace(first)).toEqual({ 'home us-east-1': 'unchanged', 'home eu-west-1': 'promoted' });
    const step = await verify(at, { regions });
    expect(toldByPlace(step)).toEqual({ 'home us-east-1': 'unchanged', 'home eu-west-1': 'unchanged' });
  });

  it('has copies that are held to its size', async () => {
    const at = scenario({ image: { devices }, moreRoles: gateRoles });
    await at.run();
    const copy = sole(liveImagesIn(at.world, home, 'eu-west-1'));
    Object.assign(copy, {
      devices: copy.devices.map((one) => (one.kind === 'blank' ? { ...one, sizeGiB: 50 } : one)),
    });
    expect(told(only(await verify(at)))).toBe('failed: NotEqualToSource');
  });

  it('waits for a volume that lost its snapshot in the copy alone', async () => {
    const at = scenario({ moreRoles: gateRoles });
    await at.run();
    const copy = sole(liveImagesIn(at.world, home, 'eu-west-1'));
    Object.assign(copy, {
      devices: copy.devices.map((one) =>
        one.kind === 'volume' && one.name === '/dev/sdf'
          ? {
              kind: 'blank',
              name: one.name,
              sizeGiB: one.sizeGiB,
              volumeType: one.volumeType,
              deleteOnTermination: one.deleteOnTermination,
            }
          : one,
      ),
    });
    expect(told(only(await verify(at)))).toBe('failed: NotYetSo');
  });
});

describe('a source that somebody disabled in its own place', () => {
  it('is told as that at the gate, and holds once it is enabled again', async () => {
    const at = scenario({ moreRoles: gateRoles });
    const image = sole(liveImagesIn(at.world, home, 'us-east-1'));
    Object.assign(image, { state: 'disabled' });
    const step = await verify(at, { regions: 'us-east-1', 'wait-minutes': '60' });
    expect(told(only(step))).toBe('failed: ImageDisabled');
    expect(only(step)).toMatchObject({
      failure: { cure: expect.not.stringContaining('deregister') },
    });
  });
});
