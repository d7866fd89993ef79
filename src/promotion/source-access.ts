import { pullTagsIn } from '../aspects/pull-tags.ts';
import type { SourceAccess } from '../model/observation.ts';
import type { SourceImage } from '../model/promotion.ts';
import type { Aws } from './ports.ts';

/** Who may use a source image, as the home account's role reads it. */
export async function readAccess({ image, snapshots }: SourceImage, aws: Aws): Promise<SourceAccess> {
  const place = { account: image.account, region: image.region };
  const [permissions, ...holders] = await Promise.all([
    aws.launchPermissions(place, image.id),
    ...snapshots.map(
      async ({ id }): Promise<[string, readonly string[]]> => [id, await aws.volumePermissions(place, id)],
    ),
  ]);
  // Notes are written before permissions: read after them, they cannot lack one that a permission rests on.
  const [now] = await aws.images(place, { by: 'id', ids: [image.id] });
  const tags = now?.tags ?? image.tags;
  return { image: permissions, snapshots: new Map(holders), pullTags: pullTagsIn(tags), tags };
}

/** Whether an account's role sees a source image and every snapshot of it. */
export async function isSeenBy(
  account: string,
  { image, snapshots }: SourceImage,
  aws: Aws,
): Promise<boolean> {
  const place = { account, region: image.region };
  const ids = snapshots.map((snapshot) => snapshot.id);
  const [images, seen] = await Promise.all([
    aws.images(place, { by: 'id', ids: [image.id] }),
    aws.snapshots(place, { by: 'id', ids }),
  ]);
  return images.length > 0 && ids.every((id) => seen.some((snapshot) => snapshot.id === id));
}
