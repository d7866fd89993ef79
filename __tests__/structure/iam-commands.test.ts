import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { home, organization, prod, staging } from '../support/organization.ts';
import { inputs, promoteInProcess } from '../support/promotion.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { commandsIn, policies, root, sidsIn, wordsIn } from './iam-files.ts';

/** The commands of README, "The roles to create", are run with a program in place of AWS's that notes what it is asked. */
const script = commandsIn('README.md', 'fill() {');
const others = commandsIn('README.md', '# after-packer/');
/** What the README says is given beside others. */
const beside = 'rollback share-snapshots';
const folder = mkdtempSync(join(tmpdir(), 'iam-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));
const noting = '#!/bin/sh\nprintf \'%s\\0\' "$@" >> "$CALLS"; printf \'\\1\' >> "$CALLS"\n';
writeFileSync(join(folder, 'aws'), noting, { mode: 0o755 });

interface Made {
  readonly trust: string;
  readonly policies: Readonly<Record<string, string>>;
}

/** What is made: providers, by account, and roles, by account and name; and what is shown. */
interface Ran {
  readonly providers: readonly (string | undefined)[];
  readonly roles: ReadonlyMap<string, Made>;
  readonly shown: string;
}

function run(commands: string): Ran {
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  const env = { PATH: [folder, process.env.PATH].join(delimiter), CALLS: calls };
  const shown = execFileSync('sh', ['-e', '-u', '-c', commands], { cwd: root, env, encoding: 'utf8' });
  const providers: (string | undefined)[] = [];
  const roles = new Map<string, Made>();
  for (const call of readFileSync(calls, 'utf8').split('\x01').slice(0, -1)) {
    const [service, command, ...options] = call.split('\0');
    expect(service).toBe('iam');
    const given = (name: string) => options[options.indexOf(`--${name}`) + 1] ?? '';
    const role = `${given('profile')} ${given('role-name')}`;
    const made = roles.get(role);
    switch (command) {
      case 'create-open-id-connect-provider':
        providers.push(given('profile'));
        break;
      case 'create-role':
        roles.set(role, { trust: given('assume-role-policy-document'), policies: {}, ...made });
        break;
      case 'put-role-policy':
        expect(made).toBeDefined();
        roles.set(role, {
          trust: made?.trust ?? '',
          policies: { ...made?.policies, [given('policy-name')]: given('policy-document') },
        });
        break;
      default:
        throw new Error(`no command that the test knows: ${command}`);
    }
  }
  return { providers, roles, shown };
}

function names(made: ReadonlyMap<string, Made>): readonly string[] {
  return [...made].map(([role, one]) => [role, ...Object.keys(one.policies)].join(' ')).sort();
}

describe.each(['sed -E', 'perl -pe'])("the README's commands for roles, with %s", (tool) => {
  const replaced = script.replace('sed -E', tool);
  const { providers, roles } = run(replaced);
  const all = run(`${replaced}${others}role ${prod} production ami-promotion trust owner ${beside}`);

  it('make provider and roles in each account, with the policy of its part', () => {
    expect(providers).toEqual([home, prod, staging]);
    expect(names(roles)).toEqual([
      `${home} ami-plan ami-read-only`,
      `${home} ami-promotion ami-home`,
      `${prod} ami-plan ami-read-only`,
      `${prod} ami-promotion ami-owner`,
      `${staging} ami-plan ami-read-only`,
      `${staging} ami-promotion ami-owner`,
    ]);
  });

  it('make every other role of the examples', () => {
    expect(names(all.roles).filter((role) => !names(roles).includes(role))).toEqual([
      `${home} ami-from-hub ami-home`,
      `${home} ami-nightly ami-home ami-source-parameter`,
      `${home} ami-plan ami-read-only ami-source-parameter`,
      `${home} ami-staging ami-home`,
      `${home} ami-verification ami-verification`,
      `${home} packer-build`,
      `${prod} ami-from-hub ami-owner`,
      `${prod} ami-nightly ami-owner`,
      `${prod} ami-promotion ami-owner ami-rollback ami-share-snapshots`,
      `${prod} ami-verification ami-verification`,
      `${staging} ami-consumer ami-consumer`,
      `${staging} ami-hub ami-hub`,
      `${staging} ami-nightly ami-owner`,
    ]);
    const texts = globSync('examples/**/*.yml', { cwd: root }).map((path) =>
      readFileSync(join(root, path), 'utf8'),
    );
    const used = texts.flatMap((text) => [
      ...text.matchAll(/^ +(?:[a-z]+-)?role(?:-to-assume)?: (?:\S+role\/)?(\S+)$/gm),
    ]);
    const made = new Set([...all.roles.keys()].map((role) => role.split(' ')[1]));
    expect(used.length).toBeGreaterThan(10);
    expect(used.map(([, name]) => name).filter((name) => !made.has(name))).toEqual([]);
  });

  it('replace each word in capitals, and nothing else', () => {
    const documents = [...all.roles.values()].flatMap((made) => [
      made.trust,
      ...Object.values(made.policies),
    ]);
    const read = [...documents, all.shown];
    expect(read.flatMap((text) => wordsIn(text))).toEqual([]);
    const sids = policies.flatMap((name) => sidsIn(readFileSync(join(root, 'iam', name), 'utf8')));
    expect(sids.filter((sid) => !read.some((text) => sidsIn(text).includes(sid)))).toEqual([]);
  });

  it('put the own account into each trust policy, and the account of the keys into each policy', () => {
    for (const [role, made] of all.roles) {
      const [account] = role.split(' ');
      const trusted = role.endsWith(' ami-from-hub')
        ? `"arn:aws:iam::${staging}:role/ami-hub"`
        : `"arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com"`;
      expect(made.trust).toContain(trusted);
    }
    expect(all.roles.get(`${prod} ami-promotion`)?.policies['ami-owner']).toContain(
      `["arn:aws:kms:*:${prod}:key/*", "arn:aws:kms:us-east-1:${home}:key/*"]`,
    );
    expect(all.roles.get(`${staging} ami-consumer`)?.policies['ami-consumer']).toContain(
      `"arn:aws:kms:*:${prod}:key/*"`,
    );
    const hub = all.roles.get(`${staging} ami-hub`)?.policies['ami-hub'];
    expect(hub).toContain(`"arn:aws:iam::${prod}:role/ami-from-hub"`);
    expect(all.shown).toContain(`"arn:aws:iam::${prod}:role/ami-promotion"`);
    expect(JSON.parse(all.shown)).toBeDefined();
  });
});

it("roles that the README's commands made plan a promotion, and carry it out", async () => {
  const { roles } = run(script);
  const ofAccount = (account: string) =>
    [...roles].flatMap(([role, { trust, policies: own }]) => {
      const [where, name = ''] = role.split(' ');
      const parsed = Object.values(own).map((text): unknown => JSON.parse(text));
      return where === account ? [{ name, 'trust-policy': JSON.parse(trust), policies: parsed }] : [];
    });
  const accounts = [home, prod, staging].map((id) => [id, { roles: ofAccount(id) }] as const);
  const time = new VirtualTime();
  const world = organization({ copying: { seconds: 60 }, accounts: Object.fromEntries(accounts) }, time);
  const given = inputs({ accounts: `home\nprod=${prod}\nstaging=${staging}` });
  const plan = await promoteInProcess(world, { ...given, mode: 'plan', role: 'ami-plan' }, time, {
    job: { environment: 'planning' },
  });
  expect(plan.failure).toBeUndefined();
  const { result, failure } = await promoteInProcess(world, given, time, { job: { runId: '1002' } });
  expect(failure).toBeUndefined();
  expect(result.outcomes.map(({ state }) => state)).toEqual(['promoted', 'promoted', 'promoted']);
  const denied = world.record.filter(({ code }) => /Denied|Unauthorized/.test(code));
  expect(denied.filter(({ principal }) => principal.includes('/ami-promotion/'))).toEqual([]);
});
