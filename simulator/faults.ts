import { nextNumber } from './random.ts';
import type { Effect, Fault } from './settings.ts';
import type { World } from './world.ts';

/**
 * The effects that hit this call, in the order of the world's faults. Each fault counts the calls that it concerns
 * (or rolls the world's dice), so the same calls in the same order always meet the same faults.
 */
export function effectsOn(
  world: World,
  call: { readonly action: string; readonly account: string; readonly region: string },
): readonly Effect[] {
  return world.faults
    .filter((fault) => concerns(fault, call) && strikes(world, fault))
    .map((fault) => fault.effect);
}

function concerns(fault: Fault, call: { action: string; account: string; region: string }): boolean {
  const service = call.action.split(':')[0];
  return (
    (fault.action === '*' || fault.action === call.action || fault.action === `${service}:*`) &&
    (fault.account === undefined || fault.account === call.account) &&
    (fault.region === undefined || fault.region === call.region)
  );
}

function strikes(world: World, fault: Fault): boolean {
  const count = (world.faultCounts.get(fault) ?? 0) + 1;
  world.faultCounts.set(fault, count);
  const { hits } = fault;
  switch (hits.kind) {
    case 'always':
      return true;
    case 'range':
      return count >= hits.from && count < hits.from + hits.times;
    case 'chance':
      return nextNumber(world.random) < hits.probability;
  }
}
