import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { evaluate } from '../../simulator/iam/evaluate.ts';
import type { PolicySource, Statement } from '../../simulator/iam/policy.ts';
import type { World } from '../../simulator/world.ts';
import { home, keyArnOf, organization, prod, sourceRegion, staging } from '../support/organization.ts';
import { promoteInProcess } from '../support/promotion.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { gateRoles, gateScenarios } from './iam-gate.ts';
import { copying, hubAndSpokes, isComplete, type Scenario, scenarios } from './iam-scenarios.ts';

/**
 * The policies in iam/ are enough and nothing in them is unused (rule 10). In this process and in virtual time: what
 * IAM decides does not depend on the runner, and every statement, action and resource has a run of its own. What
 * they deny is tested in iam-denials.test.ts; none of these runs meets it.
 */
const folder = join(import.meta.dirname, '../../iam');
/** One thing that a policy allows: an action of a statement on a resource of it. */
interface Grant {
  readonly file: string;
  readonly statement: number;
  readonly action: string;
  readonly resource: string;
}

const files = readdirSync(folder).sort();
const others = {
  name: 'ami-others',
  'trust-policy': '../iam/trust-policy.json',
  policies: [
    '../iam/share-snapshots-policy.json',
    '../iam/read-only-policy.json',
    '../iam/rollback-policy.json',
  ],
};
const usual = organization({
  copying,
  moreRoles: {
    ...hubAndSpokes,
    [home]: [...hubAndSpokes[home], ...gateRoles[home]],
    [prod]: [...hubAndSpokes[prod], others],
    [staging]: [...hubAndSpokes[staging], ...gateRoles[staging]],
  },
});
const grants = files.flatMap((file) => grantsOf(file, usual));
const first = await Promise.all(
  [...scenarios, ...gateScenarios].map(async (scenario) => ({ scenario, ...(await play(scenario)) })),
);

describe('the policies in iam/', () => {
  it('are the ones that the roles of these tests run under', () => {
    expect(files).toEqual([
      'consumer-policy.json',
      'home-policy.json',
      'hub-policy.json',
      'hub-trust-policy.json',
      'owner-policy.json',
      'read-only-policy.json',
      'rollback-policy.json',
      'share-snapshots-policy.json',
      'source-key-policy-statements.json',
      'source-parameter-policy.json',
      'trust-policy.json',
      'verification-policy.json',
    ]);
    for (const file of files) {
      expect(grants.filter((grant) => grant.file === file).length).toBeGreaterThan(0);
    }
  });

  it('are enough for everything that the action does', () => {
    const failed = first.filter(({ promoted }) => !promoted).map(({ scenario }) => scenario.name);
    expect(failed).toEqual([]);
    const denials = first.map(({ scenario, codes }) => ({
      name: scenario.name,
      denied: codes.filter((code) => /Denied|Unauthorized|AuthFailure/.test(code)).length,
    }));
    expect(denials).toEqual(
      first.map(({ scenario: { name, denials: expected = 0 } }) => ({ name, denied: expected })),
    );
  });

  it('allow nothing that is not used, by that very statement, for that action and resource', () => {
    const used = new Set(first.flatMap(({ used: names }) => names));
    expect(grants.map(nameOf).filter((name) => !used.has(name))).toEqual([]);
  });

  it('name every action in full', () => {
    expect(grants.filter(({ action }) => action.includes('*'))).toEqual([]);
    for (const file of files) {
      expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/NotAction|NotResource|NotPrincipal/);
    }
  });

  it.each(cuts())('are not enough without $what', async ({ cut, users }) => {
    const outcomes: string[] = [];
    for (const scenario of users) {
      const { promoted } = await play(scenario, cut);
      if (!promoted) {
        return;
      }
      outcomes.push(`${scenario.name} is promoted without it`);
    }
    expect(outcomes).toEqual(['some scenario fails']);
  });

  it('let no role use a key but through EC2', () => {
    const principal = { arn: `arn:aws:iam::${home}:role/ami-promotion`, account: home };
    const direct = grants.filter(
      ({ file, action }) =>
        ['home-policy.json', 'owner-policy.json'].includes(file) &&
        action.startsWith('kms:') &&
        action !== 'kms:DescribeKey',
    );
    expect(direct.length).toBeGreaterThan(0);
    const allowed = direct.filter(({ file, action }) => {
      const account = file === 'home-policy.json' ? home : prod;
      const resource = keyArnOf(account, sourceRegion);
      const request = { action, resource, principal, context: new Map() };
      return evaluate(rolePolicies(usual, account), request).effect === 'allow';
    });
    expect(allowed).toEqual([]);
  });
});

/** What is taken away: an action or a resource of a statement. */
interface Cut {
  readonly file: string;
  readonly statement: number;
  readonly part: 'action' | 'resource';
  readonly pattern: string;
}

/** Every cut, with the scenarios that used what it takes away. */
function cuts(): readonly {
  readonly what: string;
  readonly cut: Cut;
  readonly users: readonly Scenario[];
}[] {
  const all = new Map<string, Cut>();
  for (const { file, statement, action, resource } of grants) {
    for (const [part, pattern] of [
      ['action', action],
      ['resource', resource],
    ] as const) {
      if (part === 'resource' && file.endsWith('trust-policy.json')) {
        continue; // It names none: a trust policy speaks of its own role.
      }
      all.set(`${pattern} in statement ${statement} of ${file}`, { file, statement, part, pattern });
    }
  }
  return [...all].map(([what, cut]) => {
    const mine = grants.filter(
      (grant) =>
        grant.file === cut.file && grant.statement === cut.statement && grant[cut.part] === cut.pattern,
    );
    const names = new Set(mine.map(nameOf));
    const users = first.filter(({ used }) => used.some((name) => names.has(name)));
    return { what, cut, users: users.map(({ scenario }) => scenario) };
  });
}

/** Runs a scenario in a world of its own, from which something was taken away, and tells what its calls rested on. */
async function play(
  { changes, earlier, given, runs = 1, succeeds = isComplete }: Scenario,
  cut?: Cut,
): Promise<{
  readonly promoted: boolean;
  readonly used: readonly string[];
  readonly codes: readonly string[];
}> {
  const time = new VirtualTime();
  const world = organization(changes, time);
  if (cut !== undefined) {
    takeAway(world, cut);
  }
  if (earlier !== undefined) {
    await promoteInProcess(world, earlier, time, { job: { runId: '1000' } });
  }
  for (let attempt = 1; attempt < runs; attempt++) {
    await promoteInProcess(world, given, time, { job: { runAttempt: String(attempt) } });
  }
  const last = { job: { runAttempt: String(runs) } };
  const { result, failure, lines } = await promoteInProcess(world, given, time, last);
  const isUnchecked = lines.some((line) => line.includes('could not be looked at'));
  const allowed = world.record.flatMap(({ allowedBy }) => allowedBy);
  return {
    promoted: failure === undefined && !isUnchecked && succeeds(result),
    used: [
      ...new Set(
        allowed.map(({ policy, statement, actionPattern, resourcePattern }) =>
          nameOf({ file: policy, statement, action: actionPattern, resource: resourcePattern }),
        ),
      ),
    ],
    codes: world.record.map(({ code }) => code),
  };
}

function takeAway(world: World, cut: Cut): void {
  const edit = (policy: PolicySource): PolicySource =>
    policy.name === cut.file
      ? { ...policy, document: { ...policy.document, statements: without(policy.document.statements, cut) } }
      : policy;
  for (const { roles } of world.accounts.values()) {
    for (const role of roles.values()) {
      role.policies = role.policies.map(edit);
      role.trust = edit(role.trust);
    }
  }
  for (const key of world.keys.values()) {
    key.policies = key.policies.map(edit);
  }
}

/** A statement that has nothing left allows something that nobody asks for. */
function without(statements: readonly Statement[], { statement, part, pattern }: Cut): readonly Statement[] {
  return statements.map((one, index) => {
    const list = one[part];
    if (index !== statement || list === undefined) {
      return one;
    }
    const patterns = list.patterns.filter((other) => other !== pattern);
    const nothing = part === 'action' ? 'none:Nothing' : 'arn:aws:none:::nothing';
    return { ...one, [part]: { ...list, patterns: patterns.length === 0 ? [nothing] : patterns } };
  });
}

/** What a file allows, not what it denies: where accounts differ, prod's role, as an example of an owner. */
function grantsOf(file: string, world: World): readonly Grant[] {
  const roles = [prod, home, staging].flatMap((account) => [
    ...(world.accounts.get(account)?.roles.values() ?? []),
  ]);
  const key = world.keys.get(keyArnOf(home, sourceRegion))?.policies ?? [];
  const source = [...roles.flatMap(({ policies, trust }) => [...policies, trust]), ...key].find(
    ({ name }) => name === file,
  );
  return (source?.document.statements ?? []).flatMap(({ effect, action, resource }, statement) =>
    (effect === 'Allow' ? action.patterns : []).flatMap((pattern) =>
      (resource?.patterns ?? ['*']).map((place) => ({ file, statement, action: pattern, resource: place })),
    ),
  );
}

function rolePolicies(world: World, account: string): readonly PolicySource[] {
  return world.accounts.get(account)?.roles.get('ami-promotion')?.policies ?? [];
}

function nameOf({ file, statement, action, resource }: Grant): string {
  return `${file} ${statement}: ${action} on ${resource}`;
}
