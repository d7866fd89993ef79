import type { Changes } from './organization.ts';
import { home, keyIdOf, prod, sourceRegion, staging } from './organization.ts';
import type { InProcess, InProcessOptions, Inputs } from './promotion.ts';
import type { Scenario } from './scenario.ts';

/** Something that preflight finds, and a world in which it does: a row of docs/preflight.md. */
export interface Problem {
  /** The title of its test. */
  readonly name: string;
  readonly code: string;
  /** The call that is refused; undefined where nothing but a comparison says so. */
  readonly call?: string;
  readonly changes?: Changes;
  readonly given?: Inputs;
  /** What was done before, as a step that promoted. */
  readonly before?: (at: Scenario) => Promise<unknown>;
  readonly spoil?: (at: Scenario) => unknown;
  readonly options?: (at: Scenario) => Promise<InProcessOptions>;
}

export const pull = { accounts: `prod=${prod}` };
export const many = { accounts: `home\nprod=${prod}\nstaging=${staging}`, regions: 'eu-west-1\nus-west-2' };
export const there = { account: home, region: 'eu-west-1' };
export const atSource = { account: home, region: sourceRegion };

export const full = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

export function denying(...actions: readonly string[]): object {
  return { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: actions, Resource: '*' } };
}

/** The policies of a role that may do everything else. */
export function allBut(...actions: readonly string[]) {
  return { policies: [full, denying(...actions)] };
}

/** A role that may do everything else. */
export function but(account: string, ...actions: readonly string[]): Changes {
  return { roles: { [account]: allBut(...actions) } };
}

/** A service control policy that denies some of everything. */
export function guarded(statement: object) {
  const denied = { Version: '2012-10-17', Statement: { Effect: 'Deny', Resource: '*', ...statement } };
  return { 'service-control-policies': [full, denied] };
}

/** Changes a key of an account. */
export function changeKey(account: string, region: string, over: object) {
  return ({ world }: Scenario) => {
    for (const one of world.keys.values()) {
      if (one.id === keyIdOf(account, region)) {
        Object.assign(one, over);
      }
    }
  };
}

/** Every code that a step told, with its call, in order. */
export function toldBy({ result }: InProcess): readonly { readonly code: string; readonly action: string }[] {
  const ofTargets = result.outcomes.flatMap((outcome) =>
    outcome.state === 'failed' ? [outcome.failure, ...outcome.others] : [],
  );
  return [...result.failures, ...ofTargets].map(({ code, action }) => ({ code, action }));
}
