import { describe, expect, it } from '@jest/globals';
import { encrypted, isUnder } from '../../src/aspects/encrypted.ts';
import { copiedSnapshot, copy, holding, keyArn, observation, target } from '../support/builders.ts';
import { codesOf, failuresOf, mendsOf } from '../support/differences.ts';

const otherArn = 'arn:aws:kms:eu-west-1:444455556666:key/other';
const bare = copiedSnapshot({ encrypted: false, keyArn: undefined });

describe('every snapshot of the image', () => {
  it('is under the wanted key', () => {
    expect(
      encrypted(target(), holding({ snapshots: [copiedSnapshot(), copiedSnapshot({ id: 'snap-2' })] })),
    ).toEqual([]);
  });

  it('is judged by itself: each wrong one is named, with what it has', () => {
    const wrong = copiedSnapshot({ id: 'snap-2', keyArn: otherArn });
    const differences = encrypted(
      target(),
      holding({ snapshots: [copiedSnapshot(), wrong, { ...bare, id: 'snap-3' }] }),
    );
    expect(codesOf(differences)).toEqual(['WrongKey', 'WrongKey']);
    expect(differences.map(({ found }) => found)).toEqual([otherArn, 'no key']);
    expect(failuresOf(differences).map(({ meaning }) => meaning)).toEqual([
      expect.stringContaining(`is encrypted under ${otherArn}, not ${keyArn}.`),
      expect.stringContaining(`is not encrypted, and not under ${keyArn}.`),
    ]);
    expect(differences.map(({ wanted }) => wanted)).toEqual([
      `snap-2 under ${keyArn}`,
      `snap-3 under ${keyArn}`,
    ]);
  });

  it('is unencrypted where no key is wanted', () => {
    const seen = { key: undefined };
    expect(encrypted(target(), holding({ snapshots: [bare] }, seen))).toEqual([]);
    const [failure] = failuresOf(encrypted(target(), holding({ snapshots: [copiedSnapshot()] }, seen)));
    expect(failure?.code).toBe('WrongKey');
    expect(failure?.meaning).toContain(`is encrypted under ${keyArn}, and kms-key is none.`);
  });

  it('is judged in place too', () => {
    expect(codesOf(encrypted(target(), holding({ inPlace: true, snapshots: [bare] })))).toEqual(['WrongKey']);
  });
});

describe('a snapshot that cannot be judged yet is waited for', () => {
  it.each([
    ['AWS does not show it', []],
    [
      'it is not completed, and AWS shows a placeholder',
      [copiedSnapshot({ state: 'pending', keyArn: 'alias/aws/ebs' })],
    ],
  ])('because %s', (_, snapshots) => {
    expect(mendsOf(encrypted(target(), holding({ snapshots })))).toEqual(['wait']);
  });

  it('because the image does not even name it', () => {
    const devices = copy().devices.map((device) =>
      device.kind === 'volume' ? { ...device, snapshotId: undefined } : device,
    );
    expect(mendsOf(encrypted(target(), holding({ image: copy({ devices }) })))).toEqual(['wait']);
  });
});

describe('the message about a wrong key', () => {
  it('never says to deregister the source itself', () => {
    const [inPlace] = failuresOf(encrypted(target(), holding({ inPlace: true, snapshots: [bare] })));
    expect(inPlace?.cure).not.toContain('deregister');
    const [beside] = failuresOf(encrypted(target(), holding({ snapshots: [bare] })));
    expect(beside?.cure).toContain('deregister-image');
  });
});

describe('keys are not judged', () => {
  it('while the copy is pending: AWS shows placeholders then', () => {
    const seen = holding({ image: copy({ state: 'pending' }), snapshots: [bare] });
    expect(encrypted(target(), seen)).toEqual([]);
  });

  it('where there is no image', () => {
    expect(encrypted(target(), observation())).toEqual([]);
  });
});

describe('a snapshot is under a key', () => {
  it.each([
    ['the same', copiedSnapshot(), keyArn, true],
    ['another', copiedSnapshot({ keyArn: otherArn }), keyArn, false],
    ['an alias of it', copiedSnapshot({ keyArn: 'alias/aws/ebs' }), keyArn, false],
    ['none, and one is wanted', bare, keyArn, false],
    ['none, whatever key is named with it', copiedSnapshot({ encrypted: false }), keyArn, false],
    ['none, and none is wanted', bare, undefined, true],
    ['one, and none is wanted', copiedSnapshot(), undefined, false],
    [
      'one that AWS does not name, and none is wanted',
      copiedSnapshot({ keyArn: undefined }),
      undefined,
      false,
    ],
  ])('%s', (_, snapshot, wanted, expected) => {
    expect(isUnder(snapshot, wanted)).toBe(expected);
  });
});
