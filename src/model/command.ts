import type { Write } from './difference.ts';
import type { Principal, Tags } from './image.ts';

/** A write as a person makes it with the AWS CLI, in the account of its place: one line for any POSIX shell. */
export function commandOf(write: Exclude<Write, { readonly kind: 'copy-image' }>): string {
  return ['aws', 'ec2', ...wordsOf(write)].map(quoted).join(' ');
}

function wordsOf(write: Exclude<Write, { readonly kind: 'copy-image' }>): readonly string[] {
  const at = ['--region', write.place.region];
  switch (write.kind) {
    case 'set-tags':
      return ['create-tags', ...at, '--resources', ...write.resourceIds, '--tags', ...tagsIn(write.tags)];
    case 'remove-tags':
      return ['delete-tags', ...at, '--resources', ...write.resourceIds, '--tags', ...tagsIn(write.tags)];
    case 'share-image':
      return [...imageAttribute(at, write.imageId), ...permission('Add', write.add)];
    case 'unshare-image':
      return [...imageAttribute(at, write.imageId), ...permission('Remove', write.remove)];
    case 'share-snapshot':
      return [...snapshotAttribute(at, write.snapshotId, 'add'), ...holdersIn(write.add)];
    case 'unshare-snapshot':
      return [...snapshotAttribute(at, write.snapshotId, 'remove'), ...holdersIn(write.remove)];
    case 'require-imds-v2':
      return [...imageAttribute(at, write.imageId), '--imds-support', 'v2.0'];
    case 'deregister-image':
      return ['deregister-image', ...at, '--image-id', write.imageId, '--delete-associated-snapshots'];
    case 'delete-snapshot':
      return ['delete-snapshot', ...at, '--snapshot-id', write.snapshotId];
  }
}

function imageAttribute(at: readonly string[], imageId: string): readonly string[] {
  return ['modify-image-attribute', ...at, '--image-id', imageId];
}

function permission(operation: 'Add' | 'Remove', principals: readonly Principal[]): readonly string[] {
  const some = principals.map(({ kind, id }) => `{${principalNames[kind]}=${id}}`);
  return ['--launch-permission', `${operation}=[${some.join(',')}]`];
}

const principalNames = {
  account: 'UserId',
  organization: 'OrganizationArn',
  'organizational-unit': 'OrganizationalUnitArn',
  everyone: 'Group',
} as const;

function snapshotAttribute(
  at: readonly string[],
  id: string,
  operation: 'add' | 'remove',
): readonly string[] {
  const attribute = ['--attribute', 'createVolumePermission', '--operation-type', operation];
  return ['modify-snapshot-attribute', ...at, '--snapshot-id', id, ...attribute];
}

function holdersIn(ids: readonly string[]): readonly string[] {
  const accounts = ids.filter((id) => id !== 'all');
  return [
    ...(accounts.length === 0 ? [] : ['--user-ids', ...accounts]),
    ...(accounts.length === ids.length ? [] : ['--group-names', 'all']),
  ];
}

/** As JSON, because a tag may hold anything; what cannot be seen is written as its escape. */
function tagsIn(tags: Tags): readonly string[] {
  return Object.entries(tags).map(([Key, Value]) =>
    JSON.stringify({ Key, Value }).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped),
  );
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** A word of the shell: in quotes unless nothing in it could mean anything there. */
function quoted(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
