import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn } from '../../simulator/look.ts';
import { copiedAttributes } from '../../simulator/settings.ts';
import { home } from '../support/organization.ts';
import { failureOf, only, scenario, sole, told } from '../support/scenario.ts';

/** A source with something to lose of every kind. */
const image = {
  'tpm-support': 'v2.0',
  'sriov-net-support': 'simple',
  devices: [
    { name: '/dev/xvda', snapshot: 'snap-0a1b2c3d4e5f60001' },
    { name: '/dev/sdf', snapshot: 'snap-0a1b2c3d4e5f60002', 'delete-on-termination': false },
    { name: '/dev/sdb', virtual: 'ephemeral0' },
  ],
};

/** Rule 3: what each attribute that does not survive means. */
const verdicts = {
  architecture: 'failure',
  virtualizationType: 'failure',
  rootDeviceName: 'failure',
  bootMode: 'failure',
  tpmSupport: 'failure',
  imdsSupport: 'mended',
  enaSupport: 'warning',
  sriovNetSupport: 'warning',
  volumeType: 'warning',
  volumeSize: 'failure',
  deleteOnTermination: 'warning',
  ephemeral: 'warning',
  platformDetails: 'failure',
  usageOperation: 'failure',
} as const;

function losing(attribute: string, more: object = {}) {
  return scenario({ image: { ...image, ...more }, switches: { 'not-copied': [attribute] } });
}

function those(verdict: string): readonly string[] {
  return Object.entries(verdicts).flatMap(([name, value]) => (value === verdict ? name : []));
}

describe('a copy that lost an attribute of its source', () => {
  it('is judged for every attribute that the simulator can lose', () => {
    expect(Object.keys(verdicts).sort()).toEqual([...copiedAttributes].sort());
  });

  it.each(those('failure'))('fails for %s, and says what to do with it', async (attribute) => {
    const at = losing(attribute);
    const failure = failureOf(await at.run());
    expect(failure).toMatchObject({ code: 'NotEqualToSource', action: 'check: equal' });
    expect(failure.cure).toContain(sole(imagesIn(at.world, home, 'eu-west-1')).id);
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });

  it.each(those('warning'))('is promoted with a warning for %s', async (attribute) => {
    const outcome = only(await losing(attribute).run());
    expect(outcome).toMatchObject({
      state: 'promoted',
      differences: [{ aspect: 'equal', mend: { kind: 'warning' } }],
    });
  });

  it('is mended for imdsSupport, because IMDSv2 can be required of it afterwards', async () => {
    const at = losing('imdsSupport', { 'imds-support': 'v2.0' });
    const outcome = only(await at.run());
    expect(outcome).toMatchObject({ state: 'promoted', how: 'copied', differences: [] });
    expect(sole(imagesIn(at.world, home, 'eu-west-1')).attributes.imdsSupport).toBe('v2.0');
    expect(callsOf(at.world, 'ModifyImageAttribute')).toHaveLength(1);
  });

  it('fails for an imdsSupport that the source does not have: AWS cannot take it back', async () => {
    const failure = failureOf(await losing('imdsSupport').run());
    expect(failure).toMatchObject({ code: 'NotEqualToSource' });
    expect(failure.meaning).toContain('IMDS');
  });

  it('is promoted without a word when it lost nothing', async () => {
    const at = scenario({ image });
    const outcome = only(await at.run());
    expect(told(outcome)).toBe('promoted');
    expect(outcome.differences).toEqual([]);
  });
});
