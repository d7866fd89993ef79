import type { Image, Place } from './image.ts';
import { ownTags } from './tags.ts';

/** An image as origins are written: `account/region/ami-id`. */
export function asOrigin({ account, region, id }: Place & { readonly id: string }): string {
  return `${account}/${region}/${id}`;
}

/** What an image is a copy of by its own tag; itself where it has none. */
export function ownOrigin(image: Image): string {
  return image.tags[ownTags.source] ?? asOrigin(image);
}

/** Whose image an origin is, and which. */
export function partsOf(origin: string): { readonly account: string; readonly imageId: string } {
  const [account = '', , imageId = ''] = origin.split('/');
  return { account, imageId };
}
