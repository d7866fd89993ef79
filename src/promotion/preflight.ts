import { copyFor } from '../aspects/present.ts';
import type { Write } from '../model/difference.ts';
import { Failed } from '../model/failure.ts';
import type { PullNote, SourceImage } from '../model/promotion.ts';
import type { Door } from './door.ts';
import type { Ports } from './ports.ts';
import { everyOne, together } from './together.ts';
import type { Work } from './work.ts';

/**
 * Tries out every write that is due, with DryRun, all at once: those of each target, and for each source image
 * what opens it, for all its accounts together. `blocked` is told once for each target all that stands in its way.
 * Sharing and tagging of copies that are still to be made cannot be tried out; what tidies up is in nobody's way.
 */
export async function rehearse(
  works: readonly Work[],
  doorOf: (source: SourceImage) => Door,
  ports: Ports,
  blocked: (work: Work, error: unknown) => void,
): Promise<void> {
  const trials = openingsOf(works).map((opening) => ({
    opening,
    trial: doorOf(opening.source).rehearse(opening.accounts, opening.note),
  }));
  await everyOne(
    works.map(async (work) => {
      const opened = trials.find(({ opening }) => opening.works.includes(work))?.trial;
      try {
        await together([opened, rehearseWrites(work, ports)]);
      } catch (error) {
        blocked(work, error);
      }
    }),
  );
}

/** A source image that is to be opened for all accounts that still have to pull it, under the run's note. */
export interface Opening {
  readonly source: SourceImage;
  readonly works: readonly Work[];
  readonly accounts: readonly string[];
  readonly note: PullNote;
}

/** What is to be opened, not merely awaited. */
export function openingsOf(works: readonly Work[]): readonly Opening[] {
  const shut = works.filter(({ differences }) =>
    differences.some(({ aspect, mend }) => aspect === 'open' && mend.kind === 'write'),
  );
  return [...Map.groupBy(shut, ({ target }) => target.source)].flatMap(([source, some]) => {
    const note = some[0]?.target.pull;
    const accounts = [...new Set(some.map(({ target }) => target.owner.id))];
    return note === undefined ? [] : [{ source, works: some, accounts, note }];
  });
}

async function rehearseWrites(work: Work, { aws }: Ports): Promise<void> {
  const writes = [
    ...work.differences.flatMap(({ aspect, mend }) =>
      mend.kind === 'write' && aspect !== 'open' && aspect !== 'tidy' ? mend.writes : [],
    ),
    ...refusedCopy(work),
  ];
  const isShut = work.seen?.sourceSeen === false;
  await together(
    writes.map(async (write) => {
      try {
        await aws.rehearse(write);
      } catch (error) {
        if (!(error instanceof Failed && saysNothing(error, write, isShut, work.problems.length > 0))) {
          throw error;
        }
      }
    }),
  );
}

/** A copy that is refused for other reasons: whether it would be permitted is told along with them. */
function refusedCopy({ target, seen, problems }: Work): readonly Write[] {
  const isRefused = problems.length > 0 && seen !== undefined && seen.chosen === undefined;
  return isRefused && (target.key.kind === 'none' || seen.key !== undefined) ? [copyFor(target, seen)] : [];
}

/** What is answered about a source that is not open to the account yet. */
const beforeOpening = [
  'InvalidAMIID.NotFound',
  'InvalidAMIID.Unavailable',
  'InvalidSnapshot.NotFound',
  'InvalidRequest',
  'AuthFailure',
];

/** A limit of copies that is reached now is waited for later, and a source that is still shut is opened first. */
function saysNothing({ failure }: Failed, write: Write, isShut: boolean, isRefused: boolean): boolean {
  const isPermission = failure.kind === 'permission' || failure.code === 'TagPolicyViolation';
  return (
    write.kind === 'copy-image' &&
    (failure.kind === 'quota' ||
      (isShut && beforeOpening.includes(failure.code)) ||
      (isRefused && !isPermission))
  );
}
