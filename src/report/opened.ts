import type { Opened, Result } from '../model/outcome.ts';
import { code, plain } from './markdown.ts';
import { firstOf } from './text.ts';

/**
 * What the run opened on its source images, a block each, with the commands that close it by hand. They undo
 * no more than the run did: only accounts that it opened are named, and taking away twice does no harm.
 */
export function openedBlocks(result: Result): readonly string[] {
  return result.opened.filter(({ accounts }) => accounts.length > 0).map((opened) => block(opened, result));
}

function block(opened: Opened, result: Result): string {
  const { imageId, region, accounts } = opened;
  return [
    `${code(imageId)} in ${plain(region)} for ${plain(firstOf(accounts, 20))} stays open. To close it, once no run pulls from it any more:`,
    '',
    '```sh',
    ...closingCommands(opened, result),
    '```',
    '',
  ].join('\n');
}

/** For the AWS CLI in the home account: the image, then its snapshots. The run's note on it just expires. */
function closingCommands({ imageId, region, accounts }: Opened, result: Result): readonly string[] {
  const source = result.outcomes
    .map(({ target }) => target.source)
    .find(({ image }) => image.id === imageId && image.region === region);
  const users = accounts.map((account) => `{UserId=${account}}`).join(',');
  return [
    `aws ec2 modify-image-attribute --region ${region} --image-id ${imageId} --launch-permission "Remove=[${users}]"`,
    ...(source?.snapshots ?? []).map(
      ({ id }) =>
        `aws ec2 modify-snapshot-attribute --region ${region} --snapshot-id ${id} --attribute createVolumePermission --operation-type remove --user-ids ${accounts.join(' ')}`,
    ),
  ];
}
