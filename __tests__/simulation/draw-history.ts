import { home, prod, sourceRegion, staging } from '../support/organization.ts';
import type { Inputs } from '../support/promotion.ts';
import { Draw } from './draw.ts';
import { drawEnd, drawMeddling } from './draw-trouble.ts';
import { drawWants, type Wants } from './draw-wants.ts';
import { drawWorld } from './draw-world.ts';
import type { Act, History, Step } from './history.ts';

/** The history of a seed. */
export function historyOf(seed: number): History {
  const draw = new Draw(seed);
  const wants = drawWants(draw);
  const { world, impossible } = drawWorld(draw, seed, wants);
  const acts: Act[] = [];
  for (let act = draw.one(1, 1, 2, 3); act > 0; act--) {
    acts.push(...draw.maybe(0.25, (): Act => ({ kind: 'meddle', what: drawMeddling(draw, wants) })));
    acts.push(drawRun(draw, wants, acts.length));
    acts.push(
      ...draw.maybe(0.4, (): Act => ({ kind: 'wait', seconds: draw.one(5, 90, 400, 3_600, 100_000) })),
    );
  }
  return { seed, world, acts, last: wants.inputs, impossible };
}

function drawRun(draw: Draw, wants: Wants, number: number): Act {
  const count = draw.chance(0.35) ? 2 : 1;
  const sameRun = draw.chance(0.3);
  const calls = 40 + 30 * wants.targets;
  // Two workflows that want different tags at once would never agree.
  const tags: Inputs = draw.chance(0.2) ? { tags: 'stage=test' } : {};
  const steps = Array.from(
    { length: count },
    (_, index): Step => ({
      given: { ...(index === 0 ? varied(draw, wants.inputs) : beside(draw, wants)), ...tags },
      // A job that is run again keeps its run's id; jobs of a matrix share it.
      runId: sameRun ? '1001' : String(1001 + 10 * number + index),
      runAttempt: sameRun ? String(1 + number) : '1',
      process: `${number}${index}`.padStart(8, 'a'),
      startsAfterSeconds: index === 0 ? 0 : draw.one(0, 0, 1, 20, 130),
      end: drawEnd(draw, calls),
      post: draw.chance(0.75)
        ? {
            afterSeconds: draw.one(0, 1, 30),
            end: draw.chance(0.15)
              ? { kind: 'killed', atCall: draw.between(1, 25), when: 'before' }
              : { kind: 'by-itself' },
          }
        : undefined,
    }),
  );
  const [meanwhile] = draw.maybe(0.2, () => ({
    when: draw.between(10, calls),
    what: drawMeddling(draw, wants),
  }));
  return { kind: 'run', steps, ...(meanwhile === undefined ? {} : { meanwhile }) };
}

/** What one run asks for, which is not always the same as another. */
function varied(draw: Draw, given: Inputs): Inputs {
  return {
    ...given,
    ...(draw.chance(0.3) ? { 'wait-minutes': draw.one('0', '1', '3', '20') } : {}),
    ...(draw.chance(0.35) ? { 'rollback-on': draw.one('failure', 'cancel', 'failure,cancel') } : {}),
    ...(draw.chance(0.1) ? { 'keep-source-access': 'true' } : {}),
    ...(draw.chance(0.15) ? { description: 'Made by {run-id}' } : {}),
    ...(draw.chance(0.1) ? { 'preflight-failures': 'skip-target' } : {}),
  };
}

/** What runs beside: the same, the same for other owners, or a workflow that shares the source where it is. */
function beside(draw: Draw, wants: Wants): Inputs {
  const {
    'share-with': _consumers,
    sharing: _sharing,
    'share-snapshots': _copiers,
    ...inputs
  } = wants.inputs;
  const { source = '', 'kms-key': key = '' } = inputs;
  const common = { source, 'kms-key': key, 'poll-seconds': '10', 'preflight-failures': 'skip-target' };
  const guests = wants.accounts.filter((id) => id !== home);
  const kind = draw.one('same', 'same', 'same', 'others', 'in-place');
  if (kind === 'others') {
    const accounts = draw.some([home, prod, staging], 2);
    return varied(draw, {
      ...inputs,
      accounts: accounts.map((id) => (id === home ? 'home' : id)).join('\n'),
    });
  }
  return kind === 'in-place' && guests.length > 0
    ? { ...common, accounts: 'home', regions: sourceRegion, 'share-with': guests.join('\n') }
    : varied(draw, wants.inputs);
}
