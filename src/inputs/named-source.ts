import type { Fault } from '../model/fault.ts';
import type { Tags } from '../model/image.ts';
import type { SourceLocation } from '../model/promotion.ts';
import type { Complaint } from './fault.ts';

/** A source image as `source` or a file names it, before it is known which account and Region are meant. */
export interface NamedSource {
  /** What outputs call it; undefined: its own name. */
  readonly key: string | undefined;
  readonly title: string;
  readonly at: NamedAt;
  readonly custom: Tags;
  /** What the file has beside it and nobody asked for, as a sentence. */
  readonly leftOut?: string | undefined;
  /** Of the place that names it. */
  readonly fault: (complaint: Complaint) => Fault;
}

export type NamedAt =
  | { readonly kind: 'id'; readonly imageId: string }
  | { readonly kind: 'parameter'; readonly name: string }
  /** The images of a Packer build, all in one account. */
  | { readonly kind: 'build'; readonly images: readonly SourceLocation[] }
  /** The images of an earlier promotion; it was of an image in `region`. */
  | {
      readonly kind: 'promoted';
      readonly images: readonly PromotedImage[];
      readonly origin: string;
      readonly region: string;
    };

export interface PromotedImage extends SourceLocation {
  readonly account: string;
}

/** An entry of `source`: as it stands there, its key, and what follows the form. */
export interface SourceEntry {
  readonly entry: string;
  readonly key: string | undefined;
  readonly text: string;
}
