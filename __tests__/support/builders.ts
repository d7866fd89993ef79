import type { Image, Key, Principal, Snapshot } from '../../src/model/image.ts';
import type { Attempts, Chosen, Facts, Observation, SourceAccess } from '../../src/model/observation.ts';
import type {
  Owner,
  Placement,
  Promotion,
  SourceImage,
  SourceRequest,
  Target,
} from '../../src/model/promotion.ts';
import type { Run } from '../../src/model/run.ts';
import { ownTags } from '../../src/model/tags.ts';

/** The accounts of every test: the home account, and two that own copies. */
export const accounts = { home: '111122223333', prod: '444455556666', eu: '777788889999' } as const;

export const sourceId = 'ami-0123456789abcdef0';
export const copyId = 'ami-0fedcba9876543210';
export const keyArn = `arn:aws:kms:eu-west-1:${accounts.prod}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** An available image of the home account with one unencrypted volume of 8 GiB. */
export function image(over: Partial<Image> = {}): Image {
  return {
    id: sourceId,
    account: accounts.home,
    region: 'us-east-1',
    name: 'web-2026-11-20',
    state: 'available',
    stateReason: undefined,
    created: '2026-11-20T10:00:00.000Z',
    architecture: 'x86_64',
    virtualizationType: 'hvm',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    bootMode: undefined,
    tpmSupport: undefined,
    imdsSupport: undefined,
    enaSupport: true,
    sriovNetSupport: 'simple',
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    devices: [
      {
        kind: 'volume',
        deviceName: '/dev/xvda',
        snapshotId: 'snap-0123456789abcdef0',
        sizeGiB: 8,
        volumeType: 'gp3',
        deleteOnTermination: true,
      },
    ],
    tags: {},
    isPublic: false,
    productCodes: [],
    watermarks: [],
    deprecated: undefined,
    lineage: undefined,
    ...over,
  };
}

/** The completed, unencrypted snapshot of `image()`. */
export function snapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    id: 'snap-0123456789abcdef0',
    account: accounts.home,
    region: 'us-east-1',
    state: 'completed',
    stateMessage: undefined,
    progressPercent: 100,
    sizeGiB: 8,
    dataGiB: undefined,
    encrypted: false,
    keyArn: undefined,
    tags: {},
    ...over,
  };
}

/** A snapshot of a copy: in prod, under prod's key. */
export function copiedSnapshot(over: Partial<Snapshot> = {}): Snapshot {
  return snapshot({
    id: 'snap-0fedcba9876543210',
    account: accounts.prod,
    region: 'eu-west-1',
    encrypted: true,
    keyArn,
    ...over,
  });
}

/** An available copy of `image()` that this action made: in prod, under prod's key, with our tags and lineage. */
export function copy(over: Partial<Image> = {}): Image {
  const { devices } = image();
  return image({
    id: copyId,
    account: accounts.prod,
    region: 'eu-west-1',
    created: '2026-11-21T09:00:00.000Z',
    devices: devices.map((device) =>
      device.kind === 'volume' ? { ...device, snapshotId: copiedSnapshot().id } : device,
    ),
    tags: birthTags(),
    lineage: { imageId: sourceId, region: 'us-east-1' },
    ...over,
  });
}

/** Our tags on a copy of `image()`. */
export function birthTags(attempt = 1): Readonly<Record<string, string>> {
  return {
    [ownTags.source]: `${accounts.home}/us-east-1/${sourceId}`,
    [ownTags.run]: run().id,
    [ownTags.attempt]: String(attempt),
  };
}

/** An enabled, symmetric, customer-managed key. */
export function key(over: Partial<Key> = {}): Key {
  return {
    arn: keyArn,
    manager: 'CUSTOMER',
    state: 'Enabled',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    ...over,
  };
}

/** A source image called `web`, its own origin. */
export function source(over: Partial<SourceImage> = {}): SourceImage {
  const of = over.image ?? image();
  return {
    key: 'web',
    image: of,
    primary: of,
    siblings: [of.id],
    custom: {},
    snapshots: [snapshot()],
    keys: new Map(),
    unreadKeys: [],
    origin: `${of.account}/${of.region}/${of.id}`,
    ...over,
  };
}

export function owner(name: keyof typeof accounts, over: Partial<Owner> = {}): Owner {
  const id = accounts[name];
  return { id, name, roleArn: `arn:aws:iam::${id}:role/ami-promotion`, ...over };
}

/** A required target: `web` into prod in eu-west-1, pulled, under a named alias, shared with nobody. */
export function target(over: Partial<Target> = {}): Target {
  return {
    source: source(),
    owner: owner('prod'),
    region: 'eu-west-1',
    required: true,
    pull: { run: run().id, deadline: '2026-11-21T13:00:00.000Z' },
    key: { kind: 'named', key: 'alias/ami' },
    name: 'web-2026-11-20',
    description: 'web, promoted',
    tags: {},
    birthTags: { image: {}, snapshots: {} },
    unbound: {
      name: 'web-2026-11-20',
      description: 'web, promoted',
      birthTags: { image: {}, snapshots: {} },
    },
    consumers: [],
    shareSnapshots: false,
    sharing: 'add',
    completionMinutes: undefined,
    ...over,
  };
}

/** What is seen at `target()` before anything is there: nothing of that name, the key, and the source open to it. */
export function observation(over: Partial<Observation> = {}): Observation {
  return {
    at: Date.UTC(2026, 10, 21, 9),
    ours: [],
    remains: { images: [], snapshots: [], unclaimed: [] },
    candidates: [],
    namesakes: [],
    chosen: undefined,
    key: key(),
    keyProblem: undefined,
    encryptsByDefault: undefined,
    sourceAccess: sourceAccess(),
    sourceSeen: true,
    facts: facts(),
    consumer: undefined,
    attempts: attempts(),
    ...over,
  };
}

/** No setting and no limit that would be met. */
export function facts(over: Partial<Facts> = {}): Facts {
  return {
    publicSharing: undefined,
    allowedImages: undefined,
    sourceKeys: new Map(),
    unreadKeys: [],
    pendingImages: undefined,
    ...over,
  };
}

/** What is seen where a copy is: `chosen()`, or a variation of it. */
export function holding(over: Partial<Chosen> = {}, rest: Partial<Observation> = {}): Observation {
  const found = chosen(over);
  return observation({ ours: [found.image], chosen: found, ...rest });
}

/** The available copy with its one snapshot, not shared. */
export function chosen(over: Partial<Chosen> = {}): Chosen {
  const facts = { inPlace: false, lineageKnown: true };
  return {
    image: copy(),
    ...facts,
    snapshots: [copiedSnapshot()],
    permissions: undefined,
    snapshotPermissions: undefined,
    ...over,
  };
}

/** A run that has not asked for a copy. */
export function attempts(over: Partial<Attempts> = {}): Attempts {
  return {
    made: 0,
    asks: 0,
    asked: undefined,
    watched: undefined,
    removed: [],
    untidied: new Map(),
    ...over,
  };
}

/** Image and snapshot of `source()`, open to prod for good: no run noted that. */
export function sourceAccess(over: Partial<SourceAccess> = {}): SourceAccess {
  return {
    image: [account(accounts.prod)],
    snapshots: new Map([[snapshot().id, [accounts.prod]]]),
    pullTags: [],
    tags: {},
    ...over,
  };
}

/** An image of us-east-1 that is asked for by its id. */
export function sourceRequest(imageId: string, key?: string): SourceRequest {
  const at = { kind: 'images', images: [{ imageId, region: 'us-east-1' }], origin: undefined } as const;
  return { key, title: imageId, at, custom: {} };
}

/** The ids of the source images that a promotion names, in whatever Region. */
export function sourceIdsOf({ sources }: Promotion): readonly string[] {
  return sources.flatMap(({ at }) => (at.kind === 'images' ? at.images.map(({ imageId }) => imageId) : []));
}

/** What `target()` belongs to: one image, one owner, one required Region. */
export function promotion(over: Partial<Promotion> = {}): Promotion {
  return {
    sources: [sourceRequest(sourceId, 'web')],
    requireSourceTags: {},
    consumer: undefined,
    home: owner('home'),
    sourceRegion: 'us-east-1',
    mode: 'promote',
    owners: [owner('prod')],
    credentials: { kind: 'oidc', audience: 'sts.amazonaws.com', hub: undefined },
    placements: [placement()],
    description: undefined,
    copyTags: true,
    completionMinutes: undefined,
    shareSnapshots: false,
    sharing: 'add',
    keepSourceAccess: false,
    rollbackOn: [],
    preflightFailures: 'stop',
    approvedPlan: undefined,
    waitMinutes: 240,
    pollSeconds: 10,
    ...over,
  };
}

/** Prod in eu-west-1, required, under a named alias, named after the source, shared with nobody. */
export function placement(over: Partial<Placement> = {}): Placement {
  return {
    owner: owner('prod'),
    region: 'eu-west-1',
    required: true,
    key: { kind: 'named', key: 'alias/ami' },
    name: [{ variable: 'source-name' }],
    tags: {},
    consumers: [],
    ...over,
  };
}

export function account(id: string): Principal {
  return { kind: 'account', id };
}

export function run(over: Partial<Run> = {}): Run {
  return {
    id: 'acme/images/4711/1',
    process: '0a1b2c3d',
    repository: 'acme/images',
    runId: '4711',
    attempt: '1',
    sha: '1f2e3d4c5b6a79880f1e2d3c4b5a69788f7e6d5c',
    url: 'https://github.com/acme/images/actions/runs/4711/attempts/1',
    ...over,
  };
}
