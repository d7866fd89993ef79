import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commandOf } from '../../src/model/command.ts';
import type { Write } from '../../src/model/difference.ts';
import type { Principal } from '../../src/model/image.ts';

type Commanded = Exclude<Write, { readonly kind: 'copy-image' }>;

const place = { account: '444455556666', region: 'eu-west-1' };
const imageId = 'ami-0123456789abcdef0';
const snapshotId = 'snap-0123456789abcdef0';
const everybody: readonly Principal[] = [
  { kind: 'account', id: '777788889999' },
  { kind: 'organization', id: 'arn:aws:organizations::111122223333:organization/o-abcdef1234' },
  { kind: 'organizational-unit', id: 'arn:aws-cn:organizations::111122223333:ou/o-abcdef1234/ou-ab12-work' },
  { kind: 'everyone', id: 'all' },
];

/** The words that a shell makes of commands. */
function wordsOf(commands: readonly string[]): readonly (readonly string[])[] {
  const script = commands.map((command) => `printf '%s\\0' ${command}; printf '\\n\\0'`).join('\n');
  const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8', maxBuffer: 1e8 });
  return printed
    .split('\n\0')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

describe('a write as a command', () => {
  it.each<[string, Commanded, string]>([
    [
      'tags',
      { kind: 'set-tags', place, resourceIds: [imageId, snapshotId], tags: { team: 'blue', 'a b': "it's" } },
      `aws ec2 create-tags --region eu-west-1 --resources ${imageId} ${snapshotId} --tags '{"Key":"team","Value":"blue"}' '{"Key":"a b","Value":"it'\\''s"}'`,
    ],
    [
      'taking tags away, while they have that value',
      { kind: 'remove-tags', place, resourceIds: [imageId], tags: { team: 'blue' } },
      `aws ec2 delete-tags --region eu-west-1 --resources ${imageId} --tags '{"Key":"team","Value":"blue"}'`,
    ],
    [
      'sharing',
      { kind: 'share-image', place, imageId, add: everybody },
      `aws ec2 modify-image-attribute --region eu-west-1 --image-id ${imageId} --launch-permission 'Add=[{UserId=777788889999},{OrganizationArn=${everybody[1]?.id}},{OrganizationalUnitArn=${everybody[2]?.id}},{Group=all}]'`,
    ],
    [
      'taking permissions away',
      { kind: 'unshare-image', place, imageId, remove: everybody.slice(0, 1) },
      `aws ec2 modify-image-attribute --region eu-west-1 --image-id ${imageId} --launch-permission 'Remove=[{UserId=777788889999}]'`,
    ],
    [
      'sharing a snapshot',
      { kind: 'share-snapshot', place, snapshotId, add: ['777788889999', 'all', '111122223333'] },
      `aws ec2 modify-snapshot-attribute --region eu-west-1 --snapshot-id ${snapshotId} --attribute createVolumePermission --operation-type add --user-ids 777788889999 111122223333 --group-names all`,
    ],
    [
      'taking a snapshot from everyone',
      { kind: 'unshare-snapshot', place, snapshotId, remove: ['all'] },
      `aws ec2 modify-snapshot-attribute --region eu-west-1 --snapshot-id ${snapshotId} --attribute createVolumePermission --operation-type remove --group-names all`,
    ],
    [
      'requiring IMDSv2',
      { kind: 'require-imds-v2', place, imageId },
      `aws ec2 modify-image-attribute --region eu-west-1 --image-id ${imageId} --imds-support v2.0`,
    ],
    [
      'removing an image',
      { kind: 'deregister-image', place, imageId },
      `aws ec2 deregister-image --region eu-west-1 --image-id ${imageId} --delete-associated-snapshots`,
    ],
    [
      'removing a snapshot',
      { kind: 'delete-snapshot', place, snapshotId },
      `aws ec2 delete-snapshot --region eu-west-1 --snapshot-id ${snapshotId}`,
    ],
  ])('is what a person pastes: %s', (_what, write, command) => {
    expect(commandOf(write)).toBe(command);
  });

  it('gives AWS exactly the tags, whatever they hold, and the shell nothing to do', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom("'", "'; rm -rf ~ #", '$(id)', '`id`', '\\', '!!', '\n', '\u0000', '"', '-', '*', '~'),
      fc.constantFrom('\u202E', '\u{E0001}', '\u2028', '\uD800', '\u0085', '\u{1F9D1}\u200D\u{1F680}'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 40 }), (pairs) => {
        const commands = pairs.map(([key, value]) =>
          commandOf({ kind: 'set-tags', place, resourceIds: [imageId], tags: { [key]: value } }),
        );
        const words = wordsOf(commands);
        expect(words.map((some) => some.slice(0, -1))).toEqual(
          pairs.map(() => [
            'aws',
            'ec2',
            'create-tags',
            '--region',
            'eu-west-1',
            '--resources',
            imageId,
            '--tags',
          ]),
        );
        expect(words.map((some) => JSON.parse(some.at(-1) ?? ''))).toEqual(
          pairs.map(([Key, Value]) => ({ Key, Value })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('is one line, all of which is to be seen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (key, value) => {
        const command = commandOf({
          kind: 'remove-tags',
          place,
          resourceIds: [imageId],
          tags: { [key]: value },
        });
        expect(command).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps ids and principals words of their own, whatever a journal says that they are', () => {
    const evil = ['$(id)', "x'; id #", 'a b', '', '{x}', 'é', '&', '>file'];
    const commands = evil.flatMap((id) => [
      commandOf({ kind: 'delete-snapshot', place: { ...place, region: id }, snapshotId: id }),
      commandOf({ kind: 'share-image', place, imageId: id, add: [{ kind: 'account', id }] }),
      commandOf({ kind: 'unshare-snapshot', place, snapshotId: id, remove: [id] }),
    ]);
    const words = wordsOf(commands);
    for (const [index, id] of evil.entries()) {
      expect(words[3 * index]).toEqual([
        'aws',
        'ec2',
        'delete-snapshot',
        '--region',
        id,
        '--snapshot-id',
        id,
      ]);
      expect(words[3 * index + 1]?.slice(-3)).toEqual([id, '--launch-permission', `Add=[{UserId=${id}}]`]);
      expect(words[3 * index + 2]?.at(-1)).toBe(id);
    }
  });
});
