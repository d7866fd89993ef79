import type { Image, Key, Place, Principal, Snapshot, Tags } from './image.ts';

/** What shall be true: source images, targets, consumers and waiting, with every default decided. */
export interface Promotion {
  readonly sources: readonly SourceRequest[];
  readonly home: Account;
  readonly sourceRegion: string;
  readonly owners: readonly Owner[];
  readonly regions: readonly WantedRegion[];
  readonly key: WantedKey;
  readonly name: Template;
  /** Undefined: a sentence of provenance. */
  readonly description: Template | undefined;
  readonly tags: Tags;
  readonly copyTags: boolean;
  readonly consumers: readonly Principal[];
  readonly oidcAudience: string;
  /** 0: start what is missing, then end. */
  readonly waitMinutes: number;
  readonly pollSeconds: number;
}

/** A source image as it was asked for; the key names it in outputs (undefined: the image's own name). */
export interface SourceRequest {
  readonly key: string | undefined;
  readonly imageId: string;
}

/** An account and the role that is assumed there, once for all its Regions. */
export interface Account {
  readonly id: string;
  readonly roleArn: string;
}

/** An account that shall own a copy; `name` is what outputs call it (the id where none was given). */
export interface Owner extends Account {
  readonly name: string;
}

export interface WantedRegion {
  readonly region: string;
  /** A failure in a Region that is not required is a warning. */
  readonly required: boolean;
}

/** The key that every snapshot shall be under. `named` is an alias, id or ARN, placeholders still in it. */
export type WantedKey =
  | { readonly kind: 'none' }
  | { readonly kind: 'ebs-default' }
  | { readonly kind: 'named'; readonly key: string };

/** Text with variables, in order. */
export type Template = readonly (string | { readonly variable: TemplateVariable })[];

export const templateVariables = [
  'source-name',
  'key',
  'arch',
  'region',
  'account',
  'date',
  'sha',
  'run-id',
] as const;
export type TemplateVariable = (typeof templateVariables)[number];

/** The AMI to promote, as the home account's role read it. */
export interface SourceImage {
  /** What outputs call it: the given key, else the image's name. */
  readonly key: string;
  readonly image: Image;
  readonly snapshots: readonly Snapshot[];
  /** The keys of encrypted snapshots, by ARN; read only where an account pulls. */
  readonly keys: ReadonlyMap<string, Key>;
  /** `account/region/ami-id` of what the source is a copy of, or of itself: tags, token and lineage speak of it. */
  readonly origin: string;
}

/** One source image × owner × Region: where the image shall be, and how. */
export interface Target {
  readonly source: SourceImage;
  readonly owner: Owner;
  readonly region: string;
  readonly required: boolean;
  /**
   * Undefined, push: the owner is the home account, whose role copies.
   * Else pull: the owner's role copies what the home account opens to it under this note.
   */
  readonly pull: PullNote | undefined;
  readonly key: WantedKey;
  readonly name: string;
  readonly description: string;
  /** Desired state of image and snapshots, compared on every run. */
  readonly tags: Tags;
  /** Set on a new copy only, beside `tags`: the source's tags and our own. */
  readonly birthTags: { readonly image: Tags; readonly snapshots: Tags };
  readonly consumers: readonly Principal[];
}

/** What a run notes on a source image before opening it. */
export interface PullNote {
  /** The run that opens. */
  readonly run: string;
  /** ISO 8601, UTC: after this, whoever closes may close for this run too. */
  readonly deadline: string;
}

/** The place where a target's image lives. */
export function placeOf(target: Target): Place {
  return { account: target.owner.id, region: target.region };
}

/** The name of a target in logs, summary and errors. */
export function titleOf(target: Target): string {
  return `${target.source.key} × ${target.owner.name} × ${target.region}`;
}
