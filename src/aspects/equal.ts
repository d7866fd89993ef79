import type { Difference } from '../model/difference.ts';
import type { BlockDevice, Image } from '../model/image.ts';
import type { Observation } from '../model/observation.ts';
import { placeOf, type Target } from '../model/promotion.ts';
import { refusal } from './refusal.ts';

/**
 * The chosen image is what the source itself is, wherever it was read from. What decides whether an instance boots, runs and is
 * billed alike must be equal; what nobody has recorded to survive a copy is a warning; IMDS is mended.
 */
export function equal(target: Target, seen: Observation): readonly Difference[] {
  const { primary: source } = target.source;
  if (seen.chosen?.image.state !== 'available' || seen.chosen.image.id === source.id) {
    return [];
  }
  const copy = seen.chosen.image;
  if (source.state !== 'available' && source.state !== 'disabled') {
    return [
      warning(
        { label: 'source', wanted: 'available, to be compared with', found: source.state },
        `${copy.id} could not be compared with its source: ${source.id} is ${source.state}.`,
      ),
    ];
  }
  return [
    ...unequalIn(source, copy).map((one) => unequal(target, copy, one)),
    ...imds(target, source, copy),
    ...niceties.flatMap(({ label, of }) => {
      const [wanted, found] = [of(source), of(copy)];
      const says = `${copy.id} has ${label} "${found}" where its source has "${wanted}".`;
      return wanted === found ? [] : [warning({ label, wanted, found }, says)];
    }),
    ...(seen.chosen.lineageKnown ? [] : [lineageWarning(source, copy)]),
  ];
}

/** What of it decides whether instances boot, run and are billed alike, and is not the same in both. */
export function unequalIn(source: Image, copy: Image): readonly Unequal[] {
  return essentials.flatMap(({ label, of, means }) => {
    const [wanted, found] = [of(source), of(copy)];
    return wanted === found ? [] : [{ label, means, wanted, found }];
  });
}

export interface Unequal {
  readonly label: string;
  readonly means: string;
  readonly wanted: string;
  readonly found: string;
}

interface Attribute {
  readonly label: string;
  readonly of: (image: Image) => string;
}

/** Unequal is a failure. Absent is read as AWS's default. */
const essentials: readonly (Attribute & { readonly means: string })[] = [
  {
    label: 'architecture',
    of: (i) => i.architecture,
    means: 'instances of the wrong processor type would be needed',
  },
  {
    label: 'virtualization',
    of: (i) => i.virtualizationType,
    means: 'it cannot boot on the same instance types',
  },
  { label: 'root device type', of: (i) => i.rootDeviceType, means: 'the root volume is not what it was' },
  { label: 'root device', of: (i) => i.rootDeviceName ?? 'none', means: 'it boots from another volume' },
  { label: 'volumes', of: volumes, means: 'volumes are missing, added or resized' },
  { label: 'boot mode', of: bootMode, means: 'it may not boot on the same instance types' },
  {
    label: 'TPM',
    of: (i) => i.tpmSupport ?? 'none',
    means: 'measured boot and disk unlocking behave otherwise',
  },
  {
    label: 'platform details',
    of: (i) => i.platformDetails ?? 'Linux/UNIX',
    means: 'instances would be billed otherwise',
  },
  {
    label: 'usage operation',
    of: (i) => i.usageOperation ?? 'RunInstances',
    means: 'instances would be billed otherwise',
  },
];

/** Unequal is a warning: whether these survive a copy is not documented. */
const niceties: readonly Attribute[] = [
  {
    label: 'volume types',
    of: (i) => list(i, (d) => (d.kind === 'volume' ? `${d.deviceName}=${d.volumeType}` : undefined)),
  },
  {
    label: 'delete on termination',
    of: (i) => list(i, (d) => (d.kind === 'volume' ? `${d.deviceName}=${d.deleteOnTermination}` : undefined)),
  },
  {
    label: 'ephemeral devices',
    of: (i) => list(i, (d) => (d.kind === 'ephemeral' ? `${d.deviceName}=${d.virtualName}` : undefined)),
  },
  { label: 'ENA support', of: (i) => String(i.enaSupport) },
  { label: 'SR-IOV support', of: (i) => i.sriovNetSupport ?? 'none' },
];

function unequal(target: Target, copy: Image, { label, means, wanted, found }: Unequal): Difference {
  return refusal(
    target,
    'equal',
    { wanted: `${label} ${wanted}`, found: `${label} ${found}` },
    {
      code: 'NotEqualToSource',
      kind: 'permanent',
      meaning: `${copy.id} has ${label} "${found}" where its source has "${wanted}": ${means}.`,
      cure: `Do not use ${copy.id}. Once nothing is launched from it, deregister it in account ${target.owner.id} (aws ec2 deregister-image --region ${target.region} --image-id ${copy.id} --delete-associated-snapshots) and run the step again; if it happens again, tell AWS Support.`,
    },
  );
}

/** IMDSv2 can be required of a copy after the fact, never taken back. */
function imds(target: Target, source: Image, copy: Image): readonly Difference[] {
  const [wanted, found] = [source.imdsSupport ?? 'optional', copy.imdsSupport ?? 'optional'];
  if (wanted === found) {
    return [];
  }
  if (wanted === 'v2.0') {
    const write = { kind: 'require-imds-v2', place: placeOf(target), imageId: copy.id } as const;
    return [
      {
        aspect: 'equal',
        wanted: `IMDS ${wanted}`,
        found: `IMDS ${found}`,
        mend: { kind: 'write', writes: [write] },
      },
    ];
  }
  const means = 'its instances refuse IMDSv1, and AWS cannot take that back';
  return [unequal(target, copy, { label: 'IMDS', means, wanted, found })];
}

function lineageWarning(source: Image, copy: Image): Difference {
  const found =
    copy.lineage === undefined ? 'not recorded by AWS' : `${copy.lineage.imageId}, which cannot be looked at`;
  const known =
    copy.lineage === undefined
      ? `AWS does not say what ${copy.id} is a copy of`
      : `${copy.id} is a copy of ${copy.lineage.imageId}, which cannot be looked at`;
  return warning(
    { label: 'lineage', wanted: `a copy of ${source.id}`, found },
    `${known}: that it comes from ${source.id} is known by its tag only.`,
  );
}

function warning({ label, wanted, found }: Omit<Unequal, 'means'>, says: string): Difference {
  return {
    aspect: 'equal',
    wanted: `${label} ${wanted}`,
    found: `${label} ${found}`,
    mend: { kind: 'warning', says },
  };
}

function volumes(image: Image): string {
  return list(image, (device) =>
    device.kind === 'volume' ? `${device.deviceName}=${device.sizeGiB} GiB` : undefined,
  );
}

/** AWS leaves the boot mode out where it is the architecture's default. */
function bootMode(image: Image): string {
  return image.bootMode ?? (image.architecture.startsWith('arm64') ? 'uefi' : 'legacy-bios');
}

function list(image: Image, show: (device: BlockDevice) => string | undefined): string {
  const shown = image.devices.flatMap((device) => show(device) ?? []);
  return shown.length === 0 ? 'none' : shown.sort().join(', ');
}
