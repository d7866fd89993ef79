import { describe, expect, it } from '@jest/globals';
import { available } from '../../src/aspects/available.ts';
import type { ImageState } from '../../src/model/image.ts';
import {
  copiedSnapshot,
  copy,
  copyId,
  holding,
  keyArn,
  observation,
  owner,
  snapshot,
  source,
  target,
} from '../support/builders.ts';
import { codesOf, failuresOf, mendsOf } from '../support/differences.ts';

describe('a copy', () => {
  it('that is available needs nothing', () => {
    expect(available(target(), holding())).toEqual([]);
  });

  it('that is not there yet is the business of another aspect', () => {
    expect(available(target(), observation())).toEqual([]);
  });

  it.each<ImageState>(['pending', 'transient'])('that is %s is awaited', (state) => {
    expect(mendsOf(available(target(), holding({ image: copy({ state }) })))).toEqual(['wait']);
  });

  it.each<ImageState>(['failed', 'error', 'invalid', 'deregistered'])(
    'that is %s fails its target',
    (state) => {
      const [failure] = failuresOf(available(target(), holding({ image: copy({ state }) })));
      expect(failure).toMatchObject({ code: 'CopyFailed', kind: 'permanent', where: 'prod/eu-west-1' });
      expect(failure?.meaning).toContain(`${copyId} ended as ${state}`);
    },
  );

  it('that somebody disabled is not copied again: who disabled it has to decide', () => {
    const [failure] = failuresOf(available(target(), holding({ image: copy({ state: 'disabled' }) })));
    expect(failure?.code).toBe('ImageDisabled');
    expect(failure?.cure).toContain(`aws ec2 enable-image --region eu-west-1 --image-id ${copyId}`);
  });
});

describe('why a copy failed', () => {
  const failed = (stateReason: string | undefined, snapshots = [copiedSnapshot()]) =>
    available(target(), holding({ image: copy({ state: 'failed', stateReason }), snapshots }));

  it('is told in the words of AWS, the image’s and its snapshots’', () => {
    const broken = copiedSnapshot({ state: 'error', stateMessage: 'Given key ID is not accessible' });
    const silent = copiedSnapshot({ id: 'snap-2', state: 'error' });
    const [failure] = failuresOf(
      failed('Client.InternalError: internal error', [broken, silent, copiedSnapshot()]),
    );
    expect(failure?.meaning).toContain(
      `Client.InternalError: internal error; ${broken.id}: Given key ID is not accessible; snap-2: error.`,
    );
  });

  it('is said to be unknown where AWS gives no reason', () => {
    expect(failuresOf(failed(undefined))[0]?.meaning).toContain('AWS gives no reason');
  });

  it('is mostly a key, so the cure names the role and every key it needs, each once', () => {
    const sourceKey = 'arn:aws:kms:us-east-1:111122223333:key/source';
    const encrypted = snapshot({ encrypted: true, keyArn: sourceKey });
    const wanted = target({
      source: source({ snapshots: [encrypted, { ...encrypted, id: 'snap-2' }] }),
    });
    const [failure] = failuresOf(available(wanted, holding({ image: copy({ state: 'failed' }) })));
    expect(failure?.cure).toContain(`kms:ReEncryptFrom on ${sourceKey};`);
    expect(failure?.cure).toContain(`kms:ReEncryptTo on ${keyArn}:`);
    expect(failure?.cure.split(sourceKey)).toHaveLength(2);
    expect(failure?.cure).toContain(owner('prod').roleArn);
    expect(failure?.cure).toContain('kms:CreateGrant');
  });

  it('has nothing to do with keys where there are none', () => {
    const [failure] = failuresOf(
      available(target(), holding({ image: copy({ state: 'failed' }) }, { key: undefined })),
    );
    expect(failure?.cure).not.toContain('kms:');
    expect(failure?.cure).toContain('Run the step again');
  });
});

describe('the source image in its own place', () => {
  it('is available, or it would not be chosen', () => {
    expect(codesOf(available(target(), holding({ inPlace: true })))).toEqual([]);
  });
});
