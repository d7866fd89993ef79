import { createHash } from 'node:crypto';
import { commandOf } from '../model/command.ts';
import type { CopyImage, Difference } from '../model/difference.ts';
import type { Image } from '../model/image.ts';
import { visibilityLagMs } from '../model/lags.ts';
import type { Observation } from '../model/observation.ts';
import { placeOf, type Target } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { refusal } from './refusal.ts';
import { contradictions, refusals } from './refusals.ts';
import { reservations } from './reservations.ts';
import { isDead, nextAttempt } from './selection.ts';

const maxAttemptsInRun = 3;
/** An hour of looking for copies of tokens that were used before, mostly for copies that are gone. */
const maxAsksInRun = 12;

/**
 * There is an image: the source itself in its own place, or one of ours, on its way at least. If there is
 * none, a copy is made, unless one was asked for moments ago and AWS does not show it yet.
 */
export function present(target: Target, seen: Observation): readonly Difference[] {
  return [...missing(target, seen), ...others(target, seen)];
}

function missing(target: Target, seen: Observation): readonly Difference[] {
  if (seen.chosen !== undefined) {
    return seen.chosen.image.state === 'available' ? [] : contradictions(target, seen);
  }
  const wanted = `a copy of ${target.source.image.id}`;
  const { asked } = seen.attempts;
  if (asked !== undefined && isAwaited(seen)) {
    const found = asked.imageId === undefined ? 'asked for' : `${asked.imageId}, not visible yet`;
    return [{ aspect: 'present', wanted, found, mend: { kind: 'wait' } }];
  }
  const refused = refusals(target, seen);
  const reserved = reservations(target, seen);
  if (refused.length > 0) {
    return [...refused, ...reserved];
  }
  const { made, asks } = seen.attempts;
  if (made >= maxAttemptsInRun || asks >= maxAsksInRun) {
    return [
      refusal(
        target,
        'present',
        { wanted, found: `nothing after ${asks} attempts` },
        {
          code: 'CopyNeverAppeared',
          kind: 'permanent',
          meaning: `AWS was asked for ${asks} copies one after the other, and none could be seen within ${visibilityLagMs / 60_000} minutes.`,
          cure: 'Look at the AWS Health Dashboard for EC2 in that Region. If copies of this image were deregistered there today, AWS may still answer with those: run the step again later. Nothing is copied twice.',
        },
      ),
    ];
  }
  return [
    {
      aspect: 'present',
      wanted,
      found: seen.ours.length === 0 ? 'nothing' : `${seen.ours.length} failed`,
      mend: { kind: 'write', writes: [copyFor(target, seen)] },
    },
    ...reserved,
  ];
}

/** Images that are not in the way, and that somebody may want to know of: nothing is ever done to them by itself. */
function others(target: Target, seen: Observation): readonly Difference[] {
  const twins = seen.ours.filter((image) => !isDead(image) && image.id !== seen.chosen?.image.id);
  const used = seen.chosen === undefined ? '' : `${seen.chosen.image.id}, which is used, and `;
  const beside = seen.chosen === undefined ? '' : `, beside ${seen.chosen.image.id}, which is used`;
  const source = { [ownTags.source]: target.source.origin };
  return [
    ...(twins.length === 0
      ? []
      : [
          told(
            'one copy',
            `${used}${idsOf(twins)}, which is left alone`,
            twins.length === 1
              ? `${idsOf(twins)} is a copy of this source, too${beside}. It is left alone: a promotion under another name may have made it.`
              : `${idsOf(twins)} are copies of this source, too${beside}. They are left alone: promotions under other names may have made them.`,
          ),
        ]),
    ...seen.candidates.map(({ id }) => {
      const tagging = commandOf({
        kind: 'set-tags',
        place: placeOf(target),
        resourceIds: [id],
        tags: source,
      });
      return told(
        'a copy that this action made',
        `${id}, which something else made from this source: \`${tagging}\` has it taken for the copy from now on`,
        `${id} was made from this source by something else, and is left alone. To have it taken for the copy from now on: \`${tagging}\``,
      );
    }),
  ];
}

function told(wanted: string, found: string, says: string): Difference {
  return { aspect: 'present', wanted, found, mend: { kind: 'warning', says } };
}

function idsOf(images: readonly Image[]): string {
  return images.map(({ id }) => id).join(', ');
}

/** Whether the last copy that was asked for may still appear: not seen dead, and asked for minutes ago. */
function isAwaited(seen: Observation): boolean {
  const { asked } = seen.attempts;
  if (asked === undefined || asked.attempt < nextAttempt(seen.ours, seen.attempts)) {
    return false;
  }
  return seen.at - asked.since < visibilityLagMs;
}

/** The copy that is missing; the wanted key must have been resolved. */
export function copyFor(target: Target, seen: Observation): CopyImage {
  const { asked } = seen.attempts;
  const attempt = Math.max(nextAttempt(seen.ours, seen.attempts), (asked?.attempt ?? 0) + 1);
  const own = { [ownTags.attempt]: String(attempt) };
  return {
    kind: 'copy-image',
    place: placeOf(target),
    source: { imageId: target.source.image.id, region: target.source.image.region },
    name: target.name,
    description: target.description,
    keyArn: seen.key?.arn,
    completionMinutes: target.completionMinutes,
    tags: {
      image: { ...target.birthTags.image, ...own },
      snapshots: { ...target.birthTags.snapshots, ...own },
    },
    token: clientToken(target, attempt),
    attempt,
  };
}

/**
 * The same for the same origin, owner, Region and attempt, whatever else changes between runs: so AWS answers
 * a repetition with the first copy, or with a mismatch, and never with a second copy.
 */
export function clientToken(target: Target, attempt: number): string {
  return createHash('sha256')
    .update(['v1', target.source.origin, target.owner.id, target.region, String(attempt)].join('\n'))
    .digest('hex');
}
