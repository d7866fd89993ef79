import { describe, expect, it } from '@jest/globals';
import { callsOf, writesIn } from '../../simulator/look.ts';
import { newSession } from '../../simulator/sessions.ts';
import { ambientKeys } from '../../src/aws/ambient.ts';
import { home, prod } from '../support/organization.ts';
import { failureOf, type Scenario, scenario, told } from '../support/scenario.ts';

const given = { 'ambient-credentials': 'true', role: 'none' };

/** What an earlier step left in the environment. */
function keys({ world }: Scenario, account = home, seconds = 3600) {
  const { accessKeyId, secret, token, expires } = newSession(world, {
    account,
    role: 'ami-promotion',
    name: 'earlier-step',
    seconds,
  });
  return { accessKeyId, secretAccessKey: secret, sessionToken: token, ends: expires };
}

function stsCalls({ world }: Scenario): readonly string[] {
  return world.record.filter(({ service }) => service === 'sts').map(({ action }) => action);
}

describe('ambient credentials', () => {
  it('are used as they are: no ID token, no role, their account asked for once', async () => {
    const at = scenario();
    const step = await at.run({ ...given, regions: 'eu-west-1\nus-west-2' }, { ambient: keys(at) });
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    expect(step.tokens).toEqual([]);
    expect(stsCalls(at)).toEqual(['GetCallerIdentity']);
  });

  it('of another account are refused before anything else is asked', async () => {
    const at = scenario();
    const step = await at.run(given, { ambient: keys(at, prod) });
    expect(step.failure).toMatchObject({ code: 'WrongAccount' });
    expect(step.failure?.meaning).toContain(prod);
    expect(new Set(at.world.record.map(({ action }) => action))).toEqual(new Set(['GetCallerIdentity']));
  });

  it.each([true, false])('that end during the step are told as that (known before: %s)', async (known) => {
    const at = scenario({ copying: { seconds: 7200 } });
    const { ends, ...rest } = keys(at);
    const ambient = { ...rest, ends: known ? ends : undefined };
    const step = await at.run({ ...given, 'poll-seconds': '60' }, { ambient });
    expect(failureOf(step)).toMatchObject({ code: 'RequestExpired', kind: 'expired' });
    expect(failureOf(step).cure).toContain('ambient credentials');
    const expired = at.world.record.filter(({ code }) => code === 'RequestExpired');
    expect(new Set(expired.map(({ action }) => action)).size).toBe(expired.length);
    expect(stsCalls(at)).toEqual(['GetCallerIdentity']);
    expect(step.tokens).toEqual([]);
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });

  it('that have ended before it are told before anything is written', async () => {
    const at = scenario();
    const ambient = keys(at);
    await at.pass(3601);
    expect((await at.run(given, { ambient })).failure).toMatchObject({ kind: 'expired' });
    expect(writesIn(at.world)).toEqual([]);
  });

  it('that AWS does not know are told so, without the keys', async () => {
    const at = scenario();
    const step = await at.run(given, { ambient: { ...keys(at), accessKeyId: 'ASIA0000000000000000' } });
    expect(step.failure).toMatchObject({ code: 'InvalidClientTokenId' });
    expect(JSON.stringify(step.failure)).not.toContain('ASIA0000000000000000');
  });

  it('are those of the environment variables, whole or not at all', async () => {
    const whole = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
    expect(ambientKeys(whole)).toEqual({ accessKeyId: 'AKIA', secretAccessKey: 'secret', ends: undefined });
    expect(
      ambientKeys({ ...whole, AWS_SESSION_TOKEN: 't', AWS_CREDENTIAL_EXPIRATION: '2026-11-21T00:00:00Z' }),
    ).toMatchObject({ sessionToken: 't', ends: Date.UTC(2026, 10, 21) });
    expect(ambientKeys({ AWS_ACCESS_KEY_ID: 'AKIA' })).toBeUndefined();
    expect(ambientKeys({ ...whole, AWS_SECRET_ACCESS_KEY: '' })).toBeUndefined();
  });
});
