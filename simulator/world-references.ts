import { parseArn } from './arn.ts';
import { isRegion, partitionById } from './regions.ts';
import { operations } from './services/operations.ts';
import type { WorldFile } from './world-schema.ts';

/** A part of a world file that does not fit another. */
export interface ReferenceFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Everything in a world file that names something which is not there, or that is there twice. */
export function referenceFaults(file: WorldFile): readonly ReferenceFault[] {
  return [
    ...accountFaults(file),
    ...organizationFaults(file),
    ...controlPolicyFaults(file),
    ...placeFaults(file),
    ...snapshotFaults(file),
    ...imageFaults(file),
    ...settingFaults(file),
  ];
}

function accountFaults(file: WorldFile): readonly ReferenceFault[] {
  const { enabledByDefault } = partitionById(file.partition);
  const users = file.accounts.flatMap((account) => account.users.map((user) => user['access-key-id']));
  return file.accounts.flatMap((account, index) => {
    const at = (...path: (string | number)[]): readonly (string | number)[] => ['accounts', index, ...path];
    const regions = Object.entries(account.regions).flatMap(([name, settings]): ReferenceFault[] => {
      const key = settings['default-key'];
      if (!isRegion(file.partition, name)) {
        return [{ path: at('regions', name), message: `${name} is no Region of ${file.partition}` }];
      }
      if (!settings.enabled && enabledByDefault.includes(name)) {
        return [
          { path: at('regions', name, 'enabled'), message: `AWS does not let an account disable ${name}` },
        ];
      }
      return key === undefined || keyIn(file, account.id, name, key)
        ? []
        : [
            {
              path: at('regions', name, 'default-key'),
              message: `no key of ${account.id} in ${name} is ${key}`,
            },
          ];
    });
    return [
      ...twice(
        file.accounts.map((one) => one.id),
        index,
        at('id'),
      ),
      ...account.roles.flatMap((_, role) =>
        twice(
          account.roles.map((one) => one.name),
          role,
          at('roles', role, 'name'),
        ),
      ),
      ...account.users.flatMap((user, position) =>
        users.filter((id) => id === user['access-key-id']).length > 1
          ? [{ path: at('users', position, 'access-key-id'), message: 'another user has this access key id' }]
          : [],
      ),
      ...regions,
    ];
  });
}

function organizationFaults(file: WorldFile): readonly ReferenceFault[] {
  const organization = file.organization;
  if (organization === undefined) {
    return [];
  }
  const units = organization.units;
  const members = units.flatMap((unit) => unit.accounts);
  return units.flatMap((unit, index) => {
    const path = ['organization', 'units', index];
    const parent = unit.parent === undefined || units.some((one) => one.id === unit.parent);
    const shared = unit.accounts.find((account) => members.filter((one) => one === account).length > 1);
    return [
      ...twice(
        units.map((one) => one.id),
        index,
        [...path, 'id'],
      ),
      ...(parent ? [] : [{ path: [...path, 'parent'], message: `there is no unit ${unit.parent}` }]),
      ...(shared === undefined
        ? []
        : [{ path: [...path, 'accounts'], message: `${shared} is in two units` }]),
    ];
  });
}

function controlPolicyFaults(file: WorldFile): readonly ReferenceFault[] {
  const { organization } = file;
  const members = [
    organization?.['management-account'],
    ...(organization?.units ?? []).flatMap((unit) => unit.accounts),
  ];
  return file.accounts.flatMap((account, index) =>
    (['service-control-policies', 'resource-control-policies'] as const)
      .filter((kind) => !members.includes(account.id) && (account[kind] ?? []).length > 0)
      .map((kind) => ({
        path: ['accounts', index, kind],
        message: `${account.id} is in no organization, which alone has such policies`,
      })),
  );
}

function placeFaults(file: WorldFile): readonly ReferenceFault[] {
  return (['keys', 'snapshots', 'images'] as const).flatMap((kind) => {
    const items: readonly { readonly id: string; readonly account: string; readonly region: string }[] =
      file[kind];
    return items.flatMap((item, index) => [
      ...twice(
        items.map((one) => one.id),
        index,
        [kind, index, 'id'],
      ),
      ...misplaced(file, item, [kind, index]),
    ]);
  });
}

/** The account or Region of something that is not there. */
export function misplaced(
  file: WorldFile,
  { account, region }: { readonly account: string; readonly region: string },
  path: ReferenceFault['path'],
): readonly ReferenceFault[] {
  return [
    ...(file.accounts.some(({ id }) => id === account)
      ? []
      : [{ path: [...path, 'account'], message: `there is no account ${account}` }]),
    ...(isRegion(file.partition, region)
      ? []
      : [{ path: [...path, 'region'], message: `${region} is no Region of ${file.partition}` }]),
  ];
}

function snapshotFaults(file: WorldFile): readonly ReferenceFault[] {
  return file.snapshots.flatMap(({ key, account, region, ...sizes }, index) => [
    ...(key === undefined || keyIn(file, account, region, key)
      ? []
      : [{ path: ['snapshots', index, 'key'], message: `no key in ${region} is ${key}` }]),
    ...((sizes['full-size-gib'] ?? 0) <= sizes['size-gib']
      ? []
      : [
          {
            path: ['snapshots', index, 'full-size-gib'],
            message: 'a snapshot cannot hold more than its size',
          },
        ]),
  ]);
}

function imageFaults(file: WorldFile): readonly ReferenceFault[] {
  return file.images.flatMap((image, index) => [
    ...image.devices.flatMap((device, position) => {
      const snapshot =
        'snapshot' in device ? file.snapshots.find((one) => one.id === device.snapshot) : undefined;
      const fits =
        !('snapshot' in device) || (snapshot?.account === image.account && snapshot.region === image.region);
      const message = `an image needs snapshots of its own account and Region`;
      return fits ? [] : [{ path: ['images', index, 'devices', position, 'snapshot'], message }];
    }),
    ...(image.devices.some((device) => 'snapshot' in device && device.name === image['root-device'])
      ? []
      : [
          {
            path: ['images', index, 'devices'],
            message: `no device is ${image['root-device']}, the root device`,
          },
        ]),
    ...image['launch-permissions'].flatMap((permission, position) =>
      /^(\d{12}|all)$/.test(permission) || /^(organization|ou)\//.test(parseArn(permission)?.resource ?? '')
        ? []
        : [
            {
              path: ['images', index, 'launch-permissions', position],
              message: 'must be an ARN of Organizations',
            },
          ],
    ),
  ]);
}

function settingFaults(file: WorldFile): readonly ReferenceFault[] {
  const { copying, faults, quotas } = file;
  const actions = new Set(operations.map((one) => `${one.service}:${one.action}`));
  return [
    ...(copying.seconds !== undefined && copying['gib-per-second'] !== undefined
      ? [{ path: ['copying', 'seconds'], message: 'seconds and gib-per-second exclude each other' }]
      : []),
    ...Object.keys(copying.factors).flatMap((name) =>
      isRegion(file.partition, name)
        ? []
        : [{ path: ['copying', 'factors', name], message: `${name} is no Region` }],
    ),
    ...Object.keys(quotas.rates).flatMap((name) =>
      actions.has(`ec2:${name}`)
        ? []
        : [{ path: ['quotas', 'rates', name], message: `the simulator has no ${name}` }],
    ),
    ...faults.flatMap(({ action }, index) =>
      action.endsWith('*') || actions.has(action.replace(/\/.*$/, ''))
        ? []
        : [{ path: ['faults', index, 'action'], message: `the simulator has no action ${action}` }],
    ),
  ];
}

/** Whether a key, named by id, alias or ARN, is there for an account and Region (an ARN may be another account's). */
function keyIn(file: WorldFile, account: string, region: string, key: string): boolean {
  if (key === 'alias/aws/ebs') {
    return true;
  }
  const arn = key.startsWith('arn:') ? parseArn(key) : undefined;
  const owner = arn?.account ?? account;
  const id = arn === undefined ? key : arn.resource.replace(/^key\//, '');
  return file.keys.some(
    (one) =>
      one.account === owner &&
      one.region === (arn?.region ?? region) &&
      one.region === region &&
      (one.id === id || one.alias === id),
  );
}

/** A value of a list that an earlier place of it has too. */
export function twice(
  all: readonly string[],
  index: number,
  path: readonly (string | number)[],
): readonly ReferenceFault[] {
  const value = all[index];
  return value !== undefined && all.indexOf(value) < index
    ? [{ path, message: `${value} is there already` }]
    : [];
}
