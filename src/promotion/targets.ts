import { Failed } from '../model/failure.ts';
import type { Tags } from '../model/image.ts';
import {
  type Placement,
  type Promotion,
  type PullNote,
  type SourceImage,
  type Target,
  whereOf,
} from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { ownPrefix, ownTags } from '../model/tags.ts';
import { maxDescriptionLength, render } from '../model/template.ts';
import { nearestTo } from './nearest-region.ts';

/**
 * How long after the step's own time a pulling copy may still need the source: copies go on when a step
 * ends, and the longest that AWS offers (a time-based copy) takes two days.
 */
const pullGraceMs = 48 * 3_600_000;

/**
 * Every source image × owner × Region, each read from where it is nearest, with name, description and tags rendered.
 * Pure. Raises `Failed` when two images would carry one name at one place.
 */
export function targetsOf(
  promotion: Promotion,
  sources: readonly SourceImage[],
  run: Run,
  note: PullNote,
): readonly Target[] {
  const targets = [...Map.groupBy(sources, ({ key }) => key).values()].flatMap((some) =>
    promotion.placements.flatMap((placement) => {
      const source = nearestTo(placement.region, some, ({ image }) => image.region);
      return source === undefined ? [] : [targetOf(promotion, source, placement, run, note)];
    }),
  );
  checkNames(targets);
  return targets;
}

/** What this process notes on a source image before it opens it; steps of one run have a note each. */
export function noteOf({ waitMinutes }: Promotion, run: Run, startedAt: number): PullNote {
  const deadline = new Date(startedAt + waitMinutes * 60_000 + pullGraceMs);
  return {
    run: `${run.id}/${run.process}`,
    deadline: deadline.toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}

function checkNames(targets: readonly Target[]): void {
  const twins = [...Map.groupBy(targets, namedPlace).values()].find((some) => some.length > 1);
  const [first] = twins ?? [];
  if (first !== undefined) {
    throw new Failed({
      where: whereOf(first),
      action: 'check: name',
      code: 'SameNameTwice',
      kind: 'precondition',
      meaning: `Two source images would both be named "${first.name}" there.`,
      cure: 'Put {key}, {arch} or {source-name} into the input name.',
    });
  }
}

function namedPlace(target: Target): string {
  return [target.owner.id, target.region, target.name].join('/');
}

function targetOf(
  promotion: Promotion,
  source: SourceImage,
  placement: Placement,
  run: Run,
  note: PullNote,
): Target {
  const { owner, region, required, key, tags, consumers } = placement;
  return {
    source,
    owner,
    region,
    required,
    pull: owner.id === source.image.account ? undefined : note,
    key,
    tags,
    ...textsOf(promotion, source, placement, run),
    unbound: textsOf(promotion, source, placement, anyRun),
    consumers,
    shareSnapshots: promotion.shareSnapshots,
    sharing: promotion.sharing,
    completionMinutes: promotion.completionMinutes,
  };
}

/** Stands for whichever run it will be. */
const anyRun: Pick<Run, 'id' | 'repository' | 'runId' | 'sha'> = {
  id: '{run}',
  repository: '{repository}',
  runId: '{run-id}',
  sha: '{sha}',
};

/** What a copy is given when it is made. */
function textsOf(
  promotion: Promotion,
  source: SourceImage,
  { name, owner, region, tags }: Placement,
  run: typeof anyRun,
): Target['unbound'] {
  const { custom, primary } = source;
  const values = {
    'source-name': primary.name ?? primary.id,
    key: source.key,
    arch: primary.architecture,
    region,
    account: owner.id,
    date: primary.created.slice(0, 10),
    sha: run.sha,
    'run-id': run.runId,
  };
  const own = { [ownTags.source]: source.origin, [ownTags.run]: run.id };
  return {
    name: render(name, values, custom),
    description:
      promotion.description === undefined
        ? provenance(source, run)
        : render(promotion.description, values, custom).slice(0, maxDescriptionLength),
    birthTags: {
      image: { ...(promotion.copyTags ? copied(source.image.tags) : {}), ...tags, ...own },
      snapshots: { ...tags, ...own },
    },
  };
}

function copied(tags: Tags): Tags {
  return Object.fromEntries(
    Object.entries(tags).filter(
      ([key]) => !key.startsWith(ownPrefix) && !key.toLowerCase().startsWith('aws:'),
    ),
  );
}

function provenance(source: SourceImage, run: typeof anyRun): string {
  const { id, account, region } = source.image;
  return `Copy of ${id} (${account}, ${region}), promoted by ${run.repository}, run ${run.runId}`.slice(
    0,
    maxDescriptionLength,
  );
}
