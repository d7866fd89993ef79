import { describe, expect, it } from '@jest/globals';
import { imagesIn } from '../../simulator/look.ts';
import { fixture, frankfurt, home, imageOf, ireland } from './fixture.ts';
import { copy, refused } from './fixture-copy.ts';

describe('CopyImage with a ClientToken', () => {
  const token = { ClientToken: 'token-1' };

  it('makes one image, however often it is asked', async () => {
    const { world } = fixture();
    const id = await copy(world, token);
    expect(await copy(world, token)).toBe(id);
    expect(imagesIn(world, home, ireland)).toHaveLength(1);
  });

  it('refuses other parameters', async () => {
    const { world } = fixture();
    await copy(world, token);
    expect(await refused(world, { ...token, Name: 'other' })).toMatchObject({
      code: 'IdempotentParameterMismatch',
      status: 400,
    });
  });

  it('knows the token for its own account and Region only', async () => {
    const { world } = fixture();
    const id = await copy(world, token);
    expect(await copy(world, token, frankfurt)).not.toBe(id);
  });

  it('answers with the first id even after that image failed or is gone', async () => {
    const { world, clock } = fixture({ faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'fail-copy' }] });
    const id = await copy(world, token);
    clock.advance(100_000);
    expect(imagesIn(world, home, ireland)[0]?.state).toBe('failed');
    expect(await copy(world, token)).toBe(id);
    imageOf(world, id).state = 'deregistered';
    expect(await copy(world, token)).toBe(id);
  });

  it('forgets the token after its time', async () => {
    const { world, clock } = fixture({ switches: { 'token-ttl-seconds': 60 } });
    const id = await copy(world, token);
    clock.advance(60_000);
    expect(await copy(world, token)).not.toBe(id);
  });

  it('takes tokens of at most 64 characters', async () => {
    const { world } = fixture();
    expect(await refused(world, { ClientToken: 'x'.repeat(65) })).toMatchObject({
      code: 'InvalidParameterValue',
    });
    await copy(world, { ClientToken: 'x'.repeat(64) });
  });
});
