import { describe, expect, it } from '@jest/globals';
import { fixture, image, imageOf, plainImage, plainSnapshot, production } from './fixture.ts';
import { copy } from './fixture-copy.ts';
import { codeOf, deregister, look, removeWithSnapshots } from './fixture-removal.ts';

describe('a deregistered image with lag', () => {
  const lagging = (state: string) =>
    fixture({
      images: [
        image(plainImage, plainSnapshot, { state, 'launch-permissions': [production], tags: { a: '1' } }),
      ],
      switches: { 'deregister-lag-seconds': 20 },
    });

  it.each(['available', 'pending', 'failed', 'disabled'])(
    'is shown as it was, %s, then as deregistered, then not at all',
    async (state) => {
      const { world, clock } = lagging(state);
      const before = await look(world);
      await deregister(world);
      expect(await look(world)).toEqual(before);
      clock.advance(9999);
      expect(await look(world)).toEqual(before);
      clock.advance(1);
      expect(await look(world)).toEqual(before.map((one) => ({ ...one, State: 'deregistered' })));
      clock.advance(9999);
      expect(await look(world)).toHaveLength(1);
      clock.advance(1);
      expect(await look(world)).toEqual([]);
    },
  );

  it('lingers in lists and for those it was shared with, but nothing can be done with it', async () => {
    const { world, clock } = lagging('available');
    await deregister(world);
    const filters = { Filters: [{ Name: 'tag:a', Values: ['1'] }] };
    expect(await look(world, filters)).toHaveLength(1);
    expect(await look(world, undefined, 2)).toHaveLength(1);
    expect(await codeOf(deregister(world))).toBe('InvalidAMIID.Unavailable');
    expect(await codeOf(copy(world))).toBe('InvalidAMIID.Unavailable');
    clock.advance(10_000);
    expect(await look(world, undefined, 2)).toEqual([]);
    clock.advance(10_000);
    expect(await look(world, filters)).toEqual([]);
  });

  it('stays out of lists that leave out what is disabled', async () => {
    const { world } = lagging('disabled');
    await deregister(world);
    expect(await look(world, { Owners: ['self'] })).toEqual([]);
    expect(await look(world, { Owners: ['self'], IncludeDisabled: true })).toHaveLength(1);
  });

  it('does not keep the snapshots that went with it', async () => {
    const { world } = lagging('available');
    expect(await removeWithSnapshots(world)).toEqual({ [plainSnapshot]: 'success' });
    expect(world.snapshots.has(plainSnapshot)).toBe(false);
    expect(imageOf(world, plainImage).state).toBe('deregistered');
  });
});
