import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { callsOf, orphansIn } from '../../simulator/look.ts';
import { home, keyArnOf, organization, prod, staging } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { copiesIn, run } from './step.ts';

const copying = { seconds: 0.5 };
const iam = join(import.meta.dirname, '../../iam');
const twoAccounts = { accounts: `prod=${prod}\nstaging=${staging}`, 'kms-key': 'ebs-default' };

it.concurrent.each([
  {
    what: "the role's own policy lacks it",
    roles: { [prod]: { policies: [withoutGrant('owner-policy.json')] } },
    keys: [],
  },
  {
    what: "the policy of the source's key lacks it for that role",
    roles: {},
    keys: [
      {
        id: '00000000-0000-4000-8000-00000000abcd',
        account: '111122223333',
        region: 'us-east-1',
        alias: 'alias/shared',
        policies: [
          'default',
          statementsFor(staging, 'source-key-policy-statements.json'),
          withoutGrant('source-key-policy-statements.json'),
        ],
        values: { OWNER_ACCOUNT_ID: prod, ROLE_NAME: 'ami-promotion' },
      },
    ],
  },
])(
  "a copy that fails for a grant that nobody could see before is told with AWS's reason, and all else is promoted: $what",
  async ({ roles, keys }) => {
    const key = '00000000-0000-4000-8000-00000000abcd';
    const ids = ['snap-0dddddddddddddddd', 'snap-0eeeeeeeeeeeeeeee'];
    const under = keys.length === 0 ? {} : sourceUnder(key, ids);
    const world = organization({ copying, roles, keys, ...under });
    const step = await run(world, inputs(twoAccounts));
    expect(step).toMatchObject({ exitCode: 1, outputs: { status: 'failure', converged: 'false' } });
    expect(JSON.parse(step.outputs.amis ?? '')).toEqual({
      'web-1': { staging: { 'eu-west-1': copiesIn(world, staging, 'eu-west-1')[0]?.id } },
    });
    const [failed] = copiesIn(world, prod, 'eu-west-1');
    const missing = JSON.parse(step.outputs.missing ?? '');
    expect(missing).toMatchObject([
      {
        image: 'web-1',
        owner: 'prod',
        region: 'eu-west-1',
        required: true,
        state: 'failed',
        code: 'CopyFailed',
      },
    ]);
    const [annotation] = step.annotations;
    expect(step.annotations).toHaveLength(1);
    expect(annotation).toMatchObject({ kind: 'error', title: '1 target: CopyFailed' });
    for (const text of [missing[0].reason, step.summary, annotation?.text, step.shown]) {
      expect(text).toContain(failed?.id);
      expect(text).toContain('Copy image failed with an internal error');
      expect(text).toContain('Given key ID is not accessible');
      expect(text).toContain('kms:CreateGrant');
    }
    expect(step.summary).toContain(keyArnOf(prod, 'eu-west-1'));
    expect(failed?.state).toBe('failed');
  },
);

it.concurrent('a copy that fails for a grant that nobody could see before leads to the next attempt once the grant is there, which takes it away', async () => {
  const world = organization({
    copying,
    roles: { [prod]: { policies: [withoutGrant('owner-policy.json')] } },
  });
  const wanted = inputs({ ...twoAccounts, accounts: `prod=${prod}` });
  await run(world, wanted);
  const role = world.accounts.get(prod)?.roles.get('ami-promotion');
  const mended = organization().accounts.get(prod)?.roles.get('ami-promotion');
  if (role !== undefined && mended !== undefined) {
    role.policies = mended.policies;
  }
  const step = await run(world, wanted, { job: { runAttempt: '2' } });
  expect(step.outputs.status).toBe('success');
  const copies = copiesIn(world, prod, 'eu-west-1');
  expect(copies.map(({ state, tags }) => [state, tags.get('promote-ami:attempt')])).toEqual([
    ['deregistered', '1'],
    ['available', '2'],
  ]);
  expect(orphansIn(world)).toEqual([]);
});

it.concurrent('what AWS says is never taken for a command of the runner, for Markdown or for HTML', async () => {
  const reason = 'broken\n::set-output name=status::success\n::add-mask::eu-west-1\n##[error]x | <b>`y`';
  const world = organization({ copying, faults: [{ action: 'ec2:CopyImage', do: 'fail-copy', reason }] });
  const step = await run(world, inputs());
  expect(step.outputs.status).toBe('failure');
  expect(step.masks).not.toContain('eu-west-1');
  expect(step.log).not.toMatch(/^::add-mask::eu-west-1/m);
  expect(step.summary).not.toContain('<b>`y`');
  expect(step.annotations).toHaveLength(1);
});

it.concurrent('what AWS says of a denied call is passed on with action, request and role', async () => {
  const world = organization({
    copying,
    faults: [{ action: 'ec2:CopyImage', region: 'us-west-2', do: 'access-denied' }],
  });
  const step = await run(world, inputs({ regions: 'eu-west-1\nus-west-2' }));
  const denied = callsOf(world, 'CopyImage').filter(({ code }) => code === 'UnauthorizedOperation');
  expect(denied).toHaveLength(1);
  expect(step.exitCode).toBe(1);
  for (const text of [step.annotations[0]?.text, step.summary]) {
    expect(text).toContain(`arn:aws:iam::${home}:role/ami-promotion may not do ec2:CopyImage`);
    expect(text).toContain(denied[0]?.requestId);
  }
  expect(step.manifest?.targets.map(({ region, state }) => `${region} ${state}`)).toEqual([
    'eu-west-1 promoted',
    'us-west-2 failed',
  ]);
});

/** A file of iam/ without kms:CreateGrant, its placeholders still in it. */
function withoutGrant(file: string): object {
  const policy: { Statement: readonly { Action: string | readonly string[] }[] } = JSON.parse(
    readFileSync(join(iam, file), 'utf8'),
  );
  return { ...policy, Statement: policy.Statement.filter(({ Action }) => Action !== 'kms:CreateGrant') };
}

function statementsFor(account: string, file: string): object {
  return { file: join(iam, file), values: { OWNER_ACCOUNT_ID: account, ROLE_NAME: 'ami-promotion' } };
}

/** A source image whose snapshots are under another key. */
function sourceUnder(key: string, ids: readonly string[]): object {
  return {
    snapshots: ids.map((id) => ({ id, account: '111122223333', region: 'us-east-1', 'size-gib': 8, key })),
    image: {
      devices: ids.map((snapshot, index) => ({ name: `/dev/xvd${'ab'[index]}`, snapshot })),
      'root-device': '/dev/xvda',
    },
  };
}
