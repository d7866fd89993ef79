import type { Failure } from './failure.ts';
import type { Image, Key, Place, Principal, Snapshot, Tags } from './image.ts';
import type { ApprovedPlan } from './plan.ts';

/** What shall be true: source images, placements and waiting, with every default decided. */
export interface Promotion {
  /** `plan` observes, compares and checks, `verify` observes and compares: neither writes anything. */
  readonly mode: 'promote' | 'plan' | 'verify';
  readonly sources: readonly SourceRequest[];
  /** Tags that every source image must carry. */
  readonly requireSourceTags: Tags;
  readonly home: Account;
  /** Where source images are, unless they say so themselves. */
  readonly sourceRegion: string;
  readonly owners: readonly Owner[];
  /** Whose role looks at the images too, in `verify` mode; undefined: nobody's. */
  readonly consumer: Consumer | undefined;
  readonly credentials: Credentials;
  /** Owner × Region: with each source image, a target. */
  readonly placements: readonly Placement[];
  /** Undefined: a sentence of provenance. */
  readonly description: Template | undefined;
  readonly copyTags: boolean;
  /** Of a time-based copy, in steps of 15 from 15 to 2880; undefined: as fast as AWS gets to it, at no extra price. */
  readonly completionMinutes: number | undefined;
  /** The accounts among the consumers may copy the image too: they may read its snapshots. */
  readonly shareSnapshots: boolean;
  /** Whether consumers are only added, or who is not wanted loses its permission too, on copies that this action made. */
  readonly sharing: Sharing;
  /** What was opened on the source for pulling stays open. */
  readonly keepSourceAccess: boolean;
  /** When what this run did is undone. */
  readonly rollbackOn: readonly RollbackCause[];
  /** What a required target that cannot be promoted means for the others: none is written, or only that one is left out. */
  readonly preflightFailures: 'stop' | 'skip-target';
  /** Nothing is written that is not in it. */
  readonly approvedPlan: ApprovedPlan | undefined;
  /** 0: start what is missing, then end. */
  readonly waitMinutes: number;
  readonly pollSeconds: number;
}

export type Sharing = 'add' | 'exact';

/** A required target is missing at the end, or the step was cancelled. */
export type RollbackCause = 'failure' | 'cancel';

/** How the action becomes the roles of its accounts. */
export type Credentials =
  /** A GitHub ID token for this audience assumes each role, or the hub's, which then assumes the others. */
  | { readonly kind: 'oidc'; readonly audience: string; readonly hub: Hub | undefined }
  /** The keys in the environment variables, as they are, for the one account that is home and only owner. */
  | { readonly kind: 'ambient' };

export interface Hub {
  readonly roleArn: string;
  /** Handed over when the hub assumes the other roles. */
  readonly externalId: string | undefined;
}

/** Where copies of every source image shall be, and how: one owner in one Region. */
export interface Placement {
  readonly owner: Owner;
  readonly region: string;
  /** A failure at a place that is not required is a warning. */
  readonly required: boolean;
  readonly key: WantedKey;
  readonly name: Template;
  readonly tags: Tags;
  readonly consumers: readonly Principal[];
}

/** A source image as it was asked for. */
export interface SourceRequest {
  /** What outputs call it; undefined: the image's own name. */
  readonly key: string | undefined;
  /** What messages call it: its id, or the parameter that names it. */
  readonly title: string;
  readonly at: SourceAt;
  /** `custom_data` of the Packer build, for templates. */
  readonly custom: Tags;
  /** What the file that names it has beside it and nobody asked for, as a sentence. */
  readonly leftOut?: string | undefined;
}

/** How a source image is found. */
export type SourceAt =
  /**
   * The image itself, and copies of it in other Regions, each read from where it is nearest. `origin` is what an earlier
   * promotion says that all of them are copies of; undefined: whatever the first is a copy of.
   */
  | {
      readonly kind: 'images';
      readonly images: readonly [SourceLocation, ...SourceLocation[]];
      readonly origin: string | undefined;
    }
  /** A parameter of SSM in the Region of the source, with its version or label if one was asked for. */
  | { readonly kind: 'parameter'; readonly name: string };

export interface SourceLocation {
  readonly imageId: string;
  readonly region: string;
  /** An earlier promotion only read it, as its source: no tag of ours tells of what it is a copy. */
  readonly onlyRead?: true | undefined;
}

/** An account and the role that is assumed there, once for all its Regions; with ambient credentials none is. */
export interface Account {
  readonly id: string;
  readonly roleArn: string | undefined;
}

/** An account that shall own a copy; `name` is what outputs call it (the id where none was given). */
export interface Owner extends Account {
  readonly name: string;
}

/** An account that shall be able to launch the images, and the role that tries that out. */
export interface Consumer extends Account {
  readonly roleArn: string;
}

/** The key that every snapshot shall be under. `named` is an alias, id or ARN, placeholders still in it. */
export type WantedKey =
  | { readonly kind: 'none' }
  | { readonly kind: 'ebs-default' }
  | { readonly kind: 'named'; readonly key: string };

/** The key as it was asked for. */
export function keyText(key: WantedKey): string {
  return key.kind === 'named' ? key.key : key.kind;
}

/** Text with variables, in order. */
export type Template = readonly (string | { readonly variable: TemplateVariable | CustomVariable })[];

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

/** A key of the `custom_data` that a Packer build has. */
export type CustomVariable = `custom.${string}`;

/** The AMI to promote, as the home account's role read it. */
export interface SourceImage {
  /** What outputs call it: the given key, else the image's name. */
  readonly key: string;
  /** Where it is read from. */
  readonly image: Image;
  /** The image itself, which copies are named after: `image`, unless that is a copy of it that lies nearer. */
  readonly primary: Image;
  /** The ids of the image itself and of its copies that were named along with it. */
  readonly siblings: readonly string[];
  readonly custom: Tags;
  readonly snapshots: readonly Snapshot[];
  /** The keys of encrypted snapshots, by ARN; read only where an account pulls. */
  readonly keys: ReadonlyMap<string, Key>;
  /** Why keys among them could not be looked at: then the home role cannot open the snapshots under them either. */
  readonly unreadKeys: readonly Failure[];
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
  readonly birthTags: BirthTags;
  /** Name, description and birth tags as a plan holds them: what is bound to one run stays a placeholder. */
  readonly unbound: { readonly name: string; readonly description: string; readonly birthTags: BirthTags };
  readonly consumers: readonly Principal[];
  /** Whether the accounts among the consumers may read the snapshots too. */
  readonly shareSnapshots: boolean;
  readonly sharing: Sharing;
  readonly completionMinutes: number | undefined;
}

export interface BirthTags {
  readonly image: Tags;
  readonly snapshots: Tags;
}

/** What a run notes on a source image before opening it. */
export interface PullNote {
  /** The run that opens. */
  readonly run: string;
  /** ISO 8601, UTC: after this, whoever closes may close for this run too. */
  readonly deadline: string;
}

/** Who acts in an account, for messages. */
export function actorOf({ roleArn }: Account): string {
  return roleArn ?? 'The identity behind the credentials of the environment';
}

/** The Regions of the placements, each once. */
export function regionsOf(placements: readonly Placement[]): readonly string[] {
  return [...new Set(placements.map(({ region }) => region))];
}

/** Where source images may be read, each Region once. */
export function sourceRegionsOf({ sources, sourceRegion }: Promotion): readonly string[] {
  const own = sources.flatMap(({ at }) =>
    at.kind === 'images' ? at.images.map(({ region }) => region) : [],
  );
  return [...new Set([sourceRegion, ...own])];
}

/** The size of all volumes of a source image together. */
export function sizeGiBOf({ snapshots }: SourceImage): number {
  return snapshots.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
}

/** The place where a target's image lives. */
export function placeOf(target: Target): Place {
  return { account: target.owner.id, region: target.region };
}

/** Where a target is, as failures name it: `prod/eu-west-1`. */
export function whereOf({ owner, region }: Pick<Placement, 'owner' | 'region'>): string {
  return `${owner.name}/${region}`;
}

/** The name of a target in logs, summary and errors. */
export function titleOf(target: Target): string {
  return `${target.source.key} × ${target.owner.name} × ${target.region}`;
}
