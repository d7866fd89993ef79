import { expect, it } from '@jest/globals';
import { home, organization, prod } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { run, writeCount } from './step.ts';

const copying = { seconds: 0.2 };
const immutable = 'repo:example@424242/images@812345678:environment:production';
const mutable = 'repo:example/images:environment:production';

it.concurrent.each([
  { form: 'with names', sub: mutable, job: {} },
  {
    form: 'with ids, as repositories since July 2026 have it',
    sub: immutable,
    job: { immutableSubject: true },
  },
])(
  'a trust policy that matches sub lets the workflow in whose sub has that form: $form',
  async ({ sub, job }) => {
    const step = await run(trusting({ StringEquals: claims({ aud: 'sts.amazonaws.com', sub }) }), inputs(), {
      job,
    });
    expect(step.outputs.status).toBe('success');
  },
);

it.concurrent('a trust policy that matches the other form of sub refuses, and the message shows both', async () => {
  const world = trusting({ StringEquals: claims({ aud: 'sts.amazonaws.com', sub: mutable }) });
  const step = await run(world, inputs(), { job: { immutableSubject: true } });
  expect(step.exitCode).toBe(1);
  expect(step.annotations[0]?.text).toContain(`sub = ${immutable}`);
  expect(step.annotations[0]?.text).toContain('repo:OWNER@ID/REPOSITORY@ID:');
});

it.concurrent.each([
  { form: mutable, job: {} },
  { form: immutable, job: { immutableSubject: true } },
])('the trust policy in iam/ lets the workflow in whose sub is $form', async ({ job }) => {
  const step = await run(organization({ copying }), inputs(), { job });
  expect(step.outputs.status).toBe('success');
});

const others = [
  { what: 'another repository', job: { repositoryId: '999' } },
  { what: 'another environment', job: { environment: 'staging' } },
];
it.concurrent.each(others)(
  'the trust policy in iam/ refuses $what, and the message shows what was presented',
  async ({ job }) => {
    const world = organization({ copying });
    const step = await run(world, inputs(), { job, debug: true });
    expect(step).toMatchObject({ exitCode: 1, outputs: { status: 'failure', amis: '{}' } });
    expect(writeCount(world)).toBe(0);
    expect(new Set(world.record.map(({ action, code }) => `${action} ${code}`))).toEqual(
      new Set(['AssumeRoleWithWebIdentity AccessDenied']),
    );
    for (const text of [step.annotations[0]?.text, step.outputs.missing]) {
      for (const claim of ['sub', 'environment']) {
        expect(text).toMatch(new RegExp(`\\b${claim} = \\S`));
      }
    }
    // The statement to paste has the rest.
    expect(step.summary).toContain(Object.values(job).join());
  },
);

it.concurrent('a role that does not exist is named, in the account where it is missing', async () => {
  const world = organization({ copying });
  world.accounts.get(prod)?.roles.clear();
  const step = await run(world, inputs({ accounts: `home\nprod=${prod}`, 'kms-key': 'alias/ami' }));
  expect(step.exitCode).toBe(1);
  expect(writeCount(world)).toBe(0);
  expect(step.annotations[0]?.text).toContain(
    `Check first that arn:aws:iam::${prod}:role/ami-promotion has the right account`,
  );
  expect(JSON.parse(step.outputs.missing ?? '')).toMatchObject([
    { owner: 'home', state: 'skipped', code: 'NotStarted' },
    { owner: 'prod', state: 'failed', code: 'AccessDenied' },
  ]);
});

it.concurrent('a role in an account without identity provider is refused with what to create there', async () => {
  const world = organization({ copying });
  world.accounts.get(home)?.providers.splice(0);
  const step = await run(world, inputs());
  expect(step.annotations).toMatchObject([
    { kind: 'error', title: expect.stringContaining('InvalidIdentityToken') },
  ]);
  expect(step.summary).toContain('https://token.actions.githubusercontent.com');
});

it.concurrent('a role that was made a moment ago is waited for', async () => {
  const world = organization({
    copying,
    faults: [{ action: 'sts:AssumeRoleWithWebIdentity', times: 2, do: 'access-denied' }],
  });
  const step = await run(world, inputs());
  expect(step.outputs.status).toBe('success');
  expect(world.record.filter(({ code }) => code === 'AccessDenied')).toHaveLength(2);
});

it.concurrent('an audience of its own is asked for, and told where a trust policy refuses it', async () => {
  const world = trusting({ StringEquals: claims({ aud: 'images' }) });
  for (const { providers } of world.accounts.values()) {
    providers.splice(0, 1, ...providers.map((provider) => ({ ...provider, audiences: ['images'] })));
  }
  const wanted = inputs({ 'oidc-audience': 'images' });
  const [accepted, refused] = await Promise.all([
    run(world, wanted),
    run(organization({ copying }), inputs({ 'oidc-audience': 'other' })),
  ]);
  expect(accepted.outputs.status).toBe('success');
  expect(refused.outputs.status).toBe('failure');
  expect(refused.annotations[0]?.text).toContain('aud = other');
});

it.concurrent('a job that may not ask for tokens is told before any call, with the lines that it lacks', async () => {
  const world = organization({ copying });
  const step = await run(world, inputs({ regions: 'eu-west-1\nus-west-2' }), {
    permissions: { idToken: false },
  });
  expect(world.record).toEqual([]);
  expect(step).toMatchObject({ exitCode: 1, outputs: { status: 'failure' } });
  expect(step.annotations).toMatchObject([{ kind: 'error' }]);
  expect(step.annotations[0]?.text).toContain('id-token: write');
  expect(step.summary).toContain('id-token: write');
  expect(JSON.parse(step.outputs.missing ?? '')).toMatchObject([
    { region: 'eu-west-1', state: 'skipped', code: 'IdTokenNotAvailable' },
    { region: 'us-west-2', state: 'skipped', code: 'IdTokenNotAvailable' },
  ]);
});

/** Conditions on claims of GitHub's tokens. */
function claims(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`token.actions.githubusercontent.com:${name}`, value]),
  );
}

/** A world whose home role trusts under these conditions. */
function trusting(condition: object): ReturnType<typeof organization> {
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${home}:oidc-provider/token.actions.githubusercontent.com` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: condition,
  };
  const role = {
    'trust-policy': { Version: '2012-10-17', Statement: [statement] },
    values: { HOME_ACCOUNT_ID: home, SOURCE_REGION: 'us-east-1' },
  };
  return organization({ copying, roles: { [home]: role } });
}
