import { parameterArn } from './arn.ts';
import { findKey } from './keys.ts';
import { lagging } from './lagging.ts';
import type { Device, LaunchPermission, SimulatedImage, SimulatedSnapshot, World } from './world.ts';
import type { SimulatedParameter } from './world-parameter.ts';
import type { WorldFile } from './world-schema.ts';

const long = Date.parse('2026-01-01T00:00:00Z');

/** A snapshot of a world file; its key was checked to be there. */
export function buildSnapshot(world: World, file: WorldFile['snapshots'][number]): SimulatedSnapshot {
  const { id, account, region } = file;
  const search = file.key === undefined ? undefined : findKey(world, { account, region }, file.key);
  if (search !== undefined && search.found !== 'key') {
    throw new Error(`the key ${file.key} of ${id} is not there`);
  }
  const started = file.started ?? long;
  return {
    id,
    account,
    region,
    state: file.state,
    statusMessage: file['status-message'],
    description: file.description,
    sizeGiB: file['size-gib'],
    fullSizeGiB: file['full-size-gib'] ?? file['size-gib'],
    transfer: undefined,
    started,
    completed: file.state === 'completed' ? started : undefined,
    hiddenUntil: 0,
    key: search?.key.arn,
    pendingKey: search?.key.arn,
    tags: new Map(Object.entries(file.tags)),
    createVolumePermissions: lagging(file['create-volume-permissions']),
  };
}

/** An image of a world file. One that is pending stays so: only copies made while running go on by themselves. */
export function buildImage(world: World, file: WorldFile['images'][number]): SimulatedImage {
  const { id, account, region } = file;
  const created = file.created ?? long;
  return {
    id,
    account,
    region,
    name: file.name,
    description: file.description,
    state: file.state,
    stateReason: file['state-reason'],
    created,
    hiddenUntil: 0,
    attributes: {
      architecture: file.architecture,
      virtualizationType: file['virtualization-type'],
      rootDeviceName: file['root-device'],
      bootMode: file['boot-mode'],
      tpmSupport: file['tpm-support'],
      imdsSupport: file['imds-support'],
      enaSupport: file['ena-support'],
      sriovNetSupport: file['sriov-net-support'],
      platformDetails: file['platform-details'],
      usageOperation: file['usage-operation'],
    },
    devices: file.devices.map((device): Device => {
      if ('virtual' in device) {
        return { kind: 'ephemeral', name: device.name, virtualName: device.virtual };
      }
      const { name, type: volumeType, 'delete-on-termination': deleteOnTermination } = device;
      if ('blank' in device) {
        return { kind: 'blank', name, sizeGiB: device['size-gib'], volumeType, deleteOnTermination };
      }
      const sizeGiB = device['size-gib'] ?? world.snapshots.get(device.snapshot)?.sizeGiB ?? 0;
      return { kind: 'volume', name, snapshotId: device.snapshot, sizeGiB, volumeType, deleteOnTermination };
    }),
    tags: new Map(Object.entries(file.tags)),
    launchPermissions: lagging(file['launch-permissions'].map(permissionOf)),
    lineage:
      file.lineage === undefined ? undefined : { imageId: file.lineage.image, region: file.lineage.region },
    productCodes: file['product-codes'],
    billed: file.billed,
    deprecated: file.deprecated,
    deregistrationProtection: file['deregistration-protection'],
    deregistered: undefined,
    watermarks: file.watermarks.map((key) => ({
      ...{ key, region, imageId: id, imageCreated: created, attached: created },
    })),
  };
}

/** A parameter of a world file; one with a value alone has one version, without labels. */
export function buildParameter(world: World, file: WorldFile['parameters'][number]): SimulatedParameter {
  const { name, account, region, type, value = '' } = file;
  return {
    arn: parameterArn(world.partition, region, account, name),
    ...{ name, account, region, type },
    versions: file.versions ?? [{ value, labels: [] }],
    changed: long,
    sharedWith: file['shared-with'],
  };
}

function permissionOf(text: string): LaunchPermission {
  if (text === 'all') {
    return { kind: 'everyone' };
  }
  if (!text.startsWith('arn:')) {
    return { kind: 'account', id: text };
  }
  return { kind: text.includes(':ou/') ? 'unit' : 'organization', id: text };
}
