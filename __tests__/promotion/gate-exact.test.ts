import { describe, expect, it } from '@jest/globals';
import { liveImagesIn } from '../../simulator/look.ts';
import { gateRoles, verify } from '../support/gate.ts';
import { home, prod, staging } from '../support/organization.ts';
import { only, scenario, sole, told } from '../support/scenario.ts';

const exact = { 'share-with': prod, sharing: 'exact' };

describe('a gate that asks for exact sharing', () => {
  it.each([staging, 'all'])('is kept shut by a permission of %s on a source in its own place', async (id) => {
    const at = scenario({ image: { 'launch-permissions': [prod, id] }, moreRoles: gateRoles });
    const step = await verify(at, { ...exact, regions: 'us-east-1', 'wait-minutes': '60' });
    expect(told(only(step))).toBe('failed: SharedTooWidely');
    expect(only(step)).toMatchObject({ failure: { cure: expect.stringContaining('by hand') } });
    const add = await verify(at, { 'share-with': prod, regions: 'us-east-1' });
    expect(told(only(add))).toBe('unchanged');
  });

  it.each([
    ['past', '2020-01-01T00:00:00Z', 'failed: SharedTooWidely'],
    ['to come', '2099-01-01T00:00:00Z', 'unchanged'],
  ])('counts who may pull a copy only until the deadline of that: %s', async (_when, deadline, state) => {
    const at = scenario({ moreRoles: gateRoles });
    await at.run(exact);
    const copy = sole(liveImagesIn(at.world, home, 'eu-west-1'));
    copy.tags.set('promote-ami:pull:acme/images/1/1/aaaaaaaa', `${deadline} ${staging}`);
    const permissions = copy.launchPermissions;
    permissions.current = [...permissions.current, { kind: 'account', id: staging }];
    expect(told(only(await verify(at, exact)))).toBe(state);
  });
});
