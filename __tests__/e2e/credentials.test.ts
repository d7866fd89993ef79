import { expect, it } from '@jest/globals';
import { callsOf, writesIn } from '../../simulator/look.ts';
import { sessionOf } from '../../simulator/sessions.ts';
import type { World } from '../../simulator/world.ts';
import { home, organization, prod } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { nth } from './interrupted.ts';
import { run } from './step.ts';

const copying = { seconds: 0.2 };
const ambient = inputs({ 'ambient-credentials': 'true', role: 'none' });

/** What an earlier step leaves in the environment of this one. */
function environmentOf(world: World, account: string) {
  const session = sessionOf(world, `arn:aws:iam::${account}:role/ami-promotion`);
  return {
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
}

it.concurrent('the credentials of an earlier step serve without any ID token', async () => {
  const world = organization({ copying });
  const step = await run(world, ambient, {
    env: environmentOf(world, home),
    permissions: { idToken: false },
  });
  expect(step.outputs.status).toBe('success');
  expect(callsOf(world, 'AssumeRoleWithWebIdentity')).toEqual([]);
});

it.concurrent('credentials of another account are refused before anything is asked with them', async () => {
  const world = organization({ copying });
  const step = await run(world, ambient, { env: environmentOf(world, prod) });
  expect(step.exitCode).toBe(1);
  expect(step.annotations[0]).toMatchObject({ title: expect.stringContaining('WrongAccount') });
  expect(step.shown).toContain(`leads into account ${prod}, not into ${home}`);
  expect(world.record.map(({ action }) => action)).toEqual(['GetCallerIdentity']);
});

it.concurrent('ambient credentials that are not there are a fault of the inputs', async () => {
  const world = organization({ copying });
  const step = await run(world, ambient);
  expect(step.exitCode).toBe(1);
  expect(step.summary).toContain('ambient-credentials');
  expect(world.record).toEqual([]);
});

it.concurrent('credentials that end on the way are told as that, and nothing is renewed', async () => {
  const world = organization({ copying: { seconds: 600 } });
  const env = environmentOf(world, home);
  const session = world.sessions.get(env.AWS_ACCESS_KEY_ID);
  const isCopied = nth('CopyImage', 1);
  world.onCall = (call) => {
    if (session !== undefined && isCopied(call)) {
      world.sessions.set(session.accessKeyId, { ...session, expires: Date.now() });
    }
  };
  const step = await run(world, ambient, { env });
  expect(step.exitCode).toBe(1);
  expect(step.shown).toContain('ambient credentials');
  expect(writesIn(world).map(({ action, code }) => `${action} ${code}`)).toEqual(['CopyImage ok']);
  expect(world.record.at(-1)).toMatchObject({ code: 'RequestExpired' });
});

it.concurrent('ambient credentials that no request can carry are a fault of the inputs, and nothing hangs', async () => {
  const world = organization({ copying });
  const env = environmentOf(world, home);
  const step = await run(world, ambient, {
    env: { ...env, AWS_SESSION_TOKEN: `${env.AWS_SESSION_TOKEN}\n` },
  });
  expect(step.exitCode).toBe(1);
  expect(step.shown).toContain('AWS_SESSION_TOKEN');
  expect(world.record).toEqual([]);
});
