import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compare } from '../../src/aspects/compare.ts';
import { refusals } from '../../src/aspects/refusals.ts';
import type { ImageState, Tags } from '../../src/model/image.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Target } from '../../src/model/promotion.ts';
import { ownTags } from '../../src/model/tags.ts';
import {
  attempts,
  copiedSnapshot,
  copy,
  holding,
  image,
  key,
  observation,
  snapshot,
  source,
  sourceId,
  target,
} from '../support/builders.ts';
import { codesOf, failuresOf, writesOf } from '../support/differences.ts';
import {
  allowing,
  billedAs,
  codesFor,
  encryptedSource,
  everyone,
  knowing,
  managed,
  marketplace,
  none,
  push,
  shared,
  sourceKey,
  sourceKeyUnread,
} from './refused.ts';

const managedSource = source({ keys: new Map([[managed.arn, managed]]) });
const stranger = copy({ id: 'ami-0ddddddddddddddddd', tags: {}, lineage: undefined });

/** A source whose one snapshot holds so much, of a volume of 16 TiB. */
function sized(dataGiB: number | undefined, sizeGiB = 16_384): Partial<Target> {
  return { source: source({ snapshots: [snapshot({ id: 'snap-1' }), snapshot({ sizeGiB, dataGiB })] }) };
}

describe('a copy that can be made', () => {
  it('is not refused', () => {
    expect(codesFor({})).toEqual([]);
    expect(codesFor(push)).toEqual([]);
    expect(codesFor(none, { key: undefined, encryptsByDefault: false })).toEqual([]);
    expect(codesFor({ source: encryptedSource, ...shared })).toEqual([]);
  });
});

describe('a source that is not available', () => {
  it.each<ImageState>(['failed', 'disabled', 'pending', 'deregistered', 'error'])(
    'is refused: %s',
    (state) => {
      expect(codesFor({ source: source({ image: image({ state }) }) })).toEqual(['SourceNotAvailable']);
    },
  );

  it('is said with its reason, and a disabled one with the command that enables it', () => {
    const [failed] = failuresOf(
      refusals(
        target({ source: source({ image: image({ state: 'failed', stateReason: 'broken' }) }) }),
        observation(),
      ),
    );
    expect(failed?.meaning).toContain('is failed (broken)');
    const [disabled] = failuresOf(
      refusals(target({ source: source({ image: image({ state: 'disabled' }) }) }), observation()),
    );
    expect(disabled?.cure).toContain(`aws ec2 enable-image --region us-east-1 --image-id ${sourceId}`);
  });
});

describe('a name', () => {
  it.each(['ab', 'x'.repeat(129), 'web#1', 'wéb', 'a\nb'])(
    'that AWS does not take is refused: %j',
    (name) => {
      expect(codesFor({ name })).toEqual(['NameNotLegal']);
    },
  );

  it('held there by a stranger is refused, with the id of the stranger', () => {
    const differences = refusals(target(), observation({ namesakes: [stranger] }));
    expect(codesOf(differences)).toEqual(['NameTaken']);
    expect(failuresOf(differences)[0]?.meaning).toContain(`is held in prod by ${stranger.id}, which`);
  });

  it('held by ours that failed, by a candidate or by the source is free to use', () => {
    const ours = copy({ state: 'failed' });
    const candidate = copy({ id: 'ami-0eeeeeeeeeeeeeeee', tags: {} });
    expect(codesFor({}, { ours: [ours], candidates: [candidate], namesakes: [candidate, ours] })).toEqual([]);
    expect(codesFor({ ...push, region: 'us-east-1' }, { namesakes: [image()] })).toEqual([]);
  });

  it('held by a stranger beside them is refused all the same', () => {
    const ours = copy({ state: 'failed' });
    expect(codesFor({}, { ours: [ours], namesakes: [ours, stranger] })).toEqual(['NameTaken']);
  });
});

describe('encryption that nobody named is refused', () => {
  it('when a source has an encrypted snapshot, be it one of many', () => {
    expect(codesFor({ ...none, source: encryptedSource }, { key: undefined })).toEqual([
      'EncryptedSourceNeedsKey',
    ]);
  });

  it('when the Region encrypts by default', () => {
    expect(codesFor(none, { key: undefined, encryptsByDefault: true })).toEqual(['RegionEncryptsByDefault']);
    expect(codesFor({}, { encryptsByDefault: true })).toEqual([]);
  });
});

describe('a key is refused', () => {
  it.each([
    { state: 'Disabled' },
    { state: 'PendingDeletion' },
    { state: 'PendingImport' },
    { spec: 'RSA_2048' },
    { usage: 'SIGN_VERIFY' },
  ])('when EBS cannot use it: %j', (over) => {
    expect(codesFor({}, { key: key(over) })).toEqual(['KeyNotUsable']);
  });

  it('when AWS manages it and the copy is to be shared', () => {
    expect(codesFor(shared, { key: managed })).toEqual(['ManagedKeyCannotBeShared']);
    expect(codesFor({}, { key: managed })).toEqual([]);
  });

  it('when AWS manages that of a source which another account pulls', () => {
    expect(codesFor({ source: managedSource })).toEqual(['ManagedSourceKeyCannotBePulled']);
    expect(codesFor({ source: managedSource, ...push })).toEqual([]);
  });
});

describe('the tags of a copy', () => {
  const born = (count: number) => ({
    birthTags: {
      image: Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, ''])),
      snapshots: {},
    },
  });

  it('are 50 at most, that of the attempt among them', () => {
    expect(codesFor(born(49))).toEqual([]);
    expect(codesFor(born(50))).toEqual(['TooManyTags']);
  });
});

describe('the minutes of a time-based copy', () => {
  const minutes = (completionMinutes: number, dataGiB?: number) =>
    codesFor({ ...sized(dataGiB), completionMinutes });

  it('are refused where AWS cannot copy the largest snapshot that fast: 500 MiB/s', () => {
    expect(minutes(15, 439)).toEqual([]);
    expect(minutes(15, 440)).toEqual(['CompletionTooShort']);
    expect(minutes(30, 440)).toEqual([]);
    expect(codesFor(sized(16_384))).toEqual([]);
  });

  it('count the data of a snapshot, and refuse nothing where AWS does not tell how much there is', () => {
    expect(minutes(15, 8)).toEqual([]);
    expect(minutes(15)).toEqual([]);
  });

  it('that are enough are named, and are', () => {
    const wanted = { ...sized(1000), completionMinutes: 15 };
    const [refused] = failuresOf(refusals(target(wanted), observation()));
    expect(refused).toMatchObject({ kind: 'quota' });
    expect(refused?.cure).toContain('to 45 or more');
    expect(minutes(45, 1000)).toEqual([]);
    expect(minutes(30, 1000)).toEqual(['CompletionTooShort']);
  });
});

describe('everything that forbids a copy', () => {
  it('is told at once', () => {
    const wanted = {
      ...none,
      ...shared,
      name: '#',
      source: { ...encryptedSource, keys: managedSource.keys },
    };
    expect(codesFor(wanted, { key: undefined, namesakes: [stranger], encryptsByDefault: true })).toEqual([
      'NameNotLegal',
      'NameTaken',
      'RegionEncryptsByDefault',
      'EncryptedSourceNeedsKey',
      'ManagedSourceKeyCannotBePulled',
    ]);
  });

  it('is told of a copy under way too, where it contradicts what is wanted: nobody waits for that', () => {
    const pending = holding({ image: copy({ state: 'pending' }), snapshots: [] });
    const codes = (over: object) => codesOf(compare(target({ ...over }), pending));
    expect(codes({ ...none, source: encryptedSource })).toEqual(['EncryptedSourceNeedsKey']);
    expect(codes({ pull: undefined })).toEqual([]);
    const managed = { ...pending, key: key({ manager: 'AWS' }) };
    expect(codesOf(compare(target({ ...shared }), managed))).toEqual(['ManagedKeyCannotBeShared']);
  });

  it('has no image removed that another promotion made', () => {
    const cure = (tags: Tags) =>
      failuresOf(compare(target({}), observation({ namesakes: [{ ...stranger, tags }] })))[0]?.cure;
    expect(cure({})).toContain('deregister that image');
    expect(cure({ [ownTags.source]: 'another' })).toBe(
      'Give the copies another name (input name, with {date} or {sha} in it): another promotion made that image.',
    );
  });

  it('is no name of an image that was deregistered, though AWS may still show it', () => {
    const gone = { ...stranger, state: 'deregistered' } as const;
    expect(codesFor({}, { namesakes: [gone] })).toEqual([]);
  });

  it('is not asked once the copy is there: only what is still to be done must be possible', () => {
    const wanted = target({ source: source({ image: image({ state: 'disabled' }) }), name: '#' });
    expect(
      codesOf(compare(wanted, holding({}, { namesakes: [stranger], key: key({ state: 'Disabled' }) }))),
    ).toEqual([]);
  });
});

/** One example of each refusal of the comparison, with the word that its cure must hold. */
const examples: Readonly<Record<string, { target?: Partial<Target>; seen: Observation; cure: string }>> = {
  SourceNotAvailable: {
    target: { source: source({ image: image({ state: 'disabled' }) }) },
    seen: observation(),
    cure: 'enable-image',
  },
  NameNotLegal: { target: { name: '#' }, seen: observation(), cure: 'name' },
  NameTaken: { seen: observation({ namesakes: [stranger] }), cure: '{date}' },
  EncryptedSourceNeedsKey: {
    target: { ...none, source: encryptedSource },
    seen: observation({ key: undefined }),
    cure: 'kms-key',
  },
  RegionEncryptsByDefault: {
    target: none,
    seen: observation({ key: undefined, encryptsByDefault: true }),
    cure: 'kms-key: ebs-default',
  },
  KeyNotUsable: { seen: observation({ key: key({ state: 'Disabled' }) }), cure: 'kms-key' },
  ManagedKeyCannotBeShared: { target: shared, seen: observation({ key: managed }), cure: 'customer-managed' },
  ManagedSourceKeyCannotBePulled: {
    target: { source: managedSource },
    seen: observation(),
    cure: 'accounts: home',
  },
  TooManyTags: {
    target: {
      birthTags: {
        image: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag-${index}`, ''])),
        snapshots: {},
      },
    },
    seen: observation(),
    cure: 'copy-tags: false',
  },
  MarketplaceCannotBePulled: {
    target: { source: marketplace },
    seen: observation(),
    cure: 'accounts: home',
  },
  BilledCannotBePulled: {
    target: billedAs('RunInstances:0002'),
    seen: observation(),
    cure: 'launch it in prod',
  },
  ImageNotAllowed: { seen: observation(allowing('enabled', ['amazon'])), cure: 'image providers' },
  SourceKeyNotReadable: {
    seen: observation(sourceKeyUnread({ requestId: undefined })),
    cure: 'iam/source-key-policy-statements.json',
  },
  SourceKeyNotUsable: { seen: observation(sourceKey({ state: 'Disabled' })), cure: 'enables it' },
  CompletionTooShort: {
    target: { ...sized(1000), completionMinutes: 15 },
    seen: observation(),
    cure: 'copy-completion-minutes to 45',
  },
  EncryptedCannotBePublic: { target: everyone, seen: observation(), cure: 'public: false' },
  MarketplaceCannotBePublic: {
    target: { ...none, ...everyone, source: marketplace },
    seen: observation({ key: undefined }),
    cure: 'public: false',
  },
  WatermarkedCannotBePublic: {
    target: { ...none, ...everyone, source: source({ image: image({ watermarks: ['1:a'] }) }) },
    seen: observation({ key: undefined }),
    cure: 'without a watermark',
  },
  PublicSharingBlocked: {
    target: { ...none, ...everyone },
    seen: observation(knowing({ publicSharing: { value: 'blocked' } }, { key: undefined })),
    cure: 'administrator',
  },
  CopyNeverAppeared: {
    seen: observation({ attempts: attempts({ made: 3, asked: { imageId: 'ami-1', attempt: 3, since: 0 } }) }),
    cure: 'Health Dashboard',
  },
  ImageDisabled: { seen: holding({ image: copy({ state: 'disabled' }) }), cure: 'enable-image' },
  CopyFailed: { seen: holding({ image: copy({ state: 'failed' }) }), cure: 'run the step again' },
  WrongKey: {
    seen: holding({
      snapshots: [copiedSnapshot({ keyArn: 'arn:aws:kms:eu-west-1:444455556666:key/other' })],
    }),
    cure: 'deregister-image',
  },
  NotEqualToSource: { seen: holding({ image: copy({ architecture: 'arm64' }) }), cure: 'deregister-image' },
};

describe('every refusal', () => {
  it('has an example here', () => {
    const room = join(import.meta.dirname, '../../src/aspects');
    // What only the gate refuses has its examples in __tests__/promotion.
    const files = readdirSync(room).filter(
      (name) => !/^(gate|in-use|keys-usable|launchable)\.ts$/.test(name),
    );
    const code = files.map((name) => readFileSync(join(room, name), 'utf8'));
    const codes = [...code.join('\n').matchAll(/code: '(\w+)'/g)].map(([, name]) => name);
    expect([...new Set(codes)].sort()).toEqual(Object.keys(examples).sort());
  });

  it.each(Object.entries(examples))(
    'says what it means and what to do: %s',
    (code, { target: over, seen, cure }) => {
      const differences = compare(target(over), seen);
      const failure = failuresOf(differences).find((one) => one.code === code);
      expect(failure).toMatchObject({ where: 'prod/eu-west-1', requestId: undefined });
      expect(failure?.action).toMatch(/^check: \w+$/);
      expect(failure?.meaning).toMatch(/^\S.*[.)]$/s);
      expect(failure?.cure).toMatch(/^[A-Z].*\.$/s);
      expect(failure?.cure.toLowerCase()).toContain(cure.toLowerCase());
      expect(`${failure?.meaning} ${failure?.cure}`).not.toMatch(/undefined|null|\[object|NaN/);
      expect(writesOf(differences).filter(({ kind }) => kind === 'copy-image')).toEqual([]);
    },
  );
});
