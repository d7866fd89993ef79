import { describe, expect, it } from '@jest/globals';
import { callsOf, liveImagesIn, trialsOf, writesIn } from '../../simulator/look.ts';
import { type Changes, home, prod, staging } from '../support/organization.ts';
import { allBut } from '../support/problems.ts';
import type { InProcess, Inputs } from '../support/promotion.ts';
import { only, type Scenario, scenario, sole, told, toldByPlace } from '../support/scenario.ts';

const role = `arn:aws:iam::${staging}:role/ami-consumer`;
const trust = { 'trust-policy': '../iam/trust-policy.json' };
const verification = { name: 'ami-verification', ...trust, policies: ['../iam/verification-policy.json'] };
const consumerRole = {
  name: 'ami-consumer',
  ...trust,
  policies: ['../iam/consumer-policy.json'],
  values: { OWNER_ACCOUNT_ID: home },
};
const mayUse = statement({});

/** Home owns the copy, staging launches it; `policies` are those of the key of the copy, beside AWS's default one. */
function worldOf(changes: Changes = {}, policies: readonly object[] = [mayUse]): Scenario {
  const key = {
    id: '00000000-0000-4000-8000-000000000999',
    account: home,
    region: 'eu-west-1',
    alias: 'alias/shared',
    policies: ['default', ...policies],
  };
  return scenario({
    moreRoles: { [home]: [verification], [staging]: [consumerRole] },
    ...changes,
    keys: [key, ...(changes.keys ?? [])],
  });
}

const wanted: Inputs = { 'kms-key': 'alias/shared', 'share-with': staging };
const gate: Inputs = {
  ...wanted,
  mode: 'verify',
  role: 'ami-verification',
  'consumer-role': role,
  'wait-minutes': '0',
};

async function verified(at: Scenario, over: Inputs = {}, given: Inputs = wanted): Promise<InProcess> {
  expect(told(only(await at.run(given)))).toBe('promoted');
  return at.run({ ...gate, ...over }, { runId: '1002' });
}

function reasonsIn(step: InProcess): readonly string[] {
  const outcome = only(step);
  return 'failure' in outcome
    ? [outcome.failure, ...(outcome.state === 'failed' ? outcome.others : [])].map(({ code }) => code)
    : [];
}

describe('as the consumer', () => {
  it('a clean world has no difference: all is tried out, and nothing is written', async () => {
    const at = worldOf();
    const step = await verified(at);
    expect(only(step)).toMatchObject({ state: 'unchanged', differences: [] });
    expect(trialsOf(at.world, 'RunInstances').map(({ code, principal }) => [code, principal])).toEqual([
      ['DryRunOperation', expect.stringContaining(':assumed-role/ami-consumer/')],
    ]);
    const ofKeys = ['CreateGrant', 'GenerateDataKeyWithoutPlaintext', 'Decrypt'];
    expect(ofKeys.map((action) => trialsOf(at.world, action).map(({ code }) => code))).toEqual(
      ofKeys.map(() => ['DryRunOperationException']),
    );
    const mine = at.world.record.filter(({ principal }) => /ami-(consumer|verification)/.test(principal));
    expect(mine.filter(({ mutating }) => mutating)).toEqual([]);
  });

  it('has none where the image is shared with its organization, its unit, or everyone', async () => {
    for (const share of ['organization/o-exampleorg1', 'ou/o-exampleorg1/ou-ab12-workloads']) {
      const given = { ...wanted, 'share-with': `arn:aws:organizations::${home}:${share}` };
      expect(told(only(await verified(worldOf(), given, given)))).toBe('unchanged');
    }
  });

  it('has none where the consumer owns the image itself', async () => {
    const at = scenario({
      moreRoles: {
        [home]: [verification],
        [staging]: [verification, { ...consumerRole, values: { OWNER_ACCOUNT_ID: staging } }],
      },
    });
    const own = { accounts: `staging=${staging}`, 'kms-key': 'ebs-default', 'share-with': 'none' };
    expect(told(only(await verified(at, own, own)))).toBe('unchanged');
  });

  it.each<[what: string, codes: readonly string[], at: () => Scenario, given?: Inputs, over?: Inputs]>([
    [
      'is not shared',
      ['NotSharedWithConsumer'],
      () => worldOf(),
      { ...wanted, 'share-with': prod },
      { 'share-with': 'none' },
    ],
    [
      'is shared with an organization that it is not in',
      ['NotSharedWithConsumer'],
      () => worldOf(),
      { ...wanted, 'share-with': 'arn:aws:organizations::111122223333:ou/o-exampleorg1/ou-ab12-99999999' },
      { 'share-with': 'none' },
    ],
    ['is not shared, and should be', ['NotShared'], () => worldOf(), { 'kms-key': 'alias/shared' }],
    [
      'is hidden by Allowed AMIs',
      ['NotAllowedByConsumer'],
      () => worldOf({ regions: { [staging]: { 'eu-west-1': { 'allowed-images': allowing(prod) } } } }),
    ],
    [
      'is hidden by Allowed AMIs, and not shared either',
      ['NotAllowedByConsumer', 'NotSharedWithConsumer'],
      () => worldOf({ regions: { [staging]: { 'eu-west-1': { 'allowed-images': allowing(prod) } } } }),
      { ...wanted, 'share-with': prod },
      { 'share-with': 'none' },
    ],
    [
      'is in a Region that the consumer has not enabled',
      ['ConsumerRegionOff'],
      () =>
        worldOf({
          regions: { [home]: { 'me-central-1': { enabled: true } } },
          keys: [
            {
              id: '00000000-0000-4000-8000-000000000998',
              account: home,
              region: 'me-central-1',
              alias: 'alias/shared',
            },
          ],
        }),
      { ...wanted, regions: 'me-central-1' },
      { regions: 'me-central-1' },
    ],
    ['is under a key whose policy does not know the consumer', ['ConsumerLacksKey'], () => worldOf({}, [])],
    [
      'is under a key that the role may not use by its own policies',
      ['ConsumerLacksKey'],
      () => worldOf(roleWith(allBut('kms:Decrypt'))),
    ],
    [
      'may not be launched by the role',
      ['ConsumerMayNotLaunch'],
      () => worldOf(roleWith(allBut('ec2:RunInstances'))),
    ],
  ])('is told when the image %s', async (_what, codes, at, given = wanted, over = {}) => {
    const world = at();
    const step = await verified(world, over, given);
    expect(reasonsIn(step)).toEqual(codes);
    expect(world.world.complaints).toEqual([]);
  });

  it.each<[what: string, policy: object]>([
    [
      'lets it be used through EC2 only',
      statement({ StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } }),
    ],
    [
      'denies all but EC2',
      {
        Version: '2012-10-17',
        Statement: [
          ...statement({}).Statement,
          {
            Effect: 'Deny',
            Principal: '*',
            Action: ['kms:Decrypt', 'kms:CreateGrant', 'kms:GenerateDataKey*'],
            Resource: '*',
            Condition: {
              StringNotEquals: {
                'kms:ViaService': 'ec2.eu-west-1.amazonaws.com',
                'aws:PrincipalAccount': home,
              },
            },
          },
        ],
      },
    ],
  ])('only says it when the key policy %s', async (_what, policy) => {
    const step = await verified(worldOf({}, [policy]));
    expect(told(only(step))).toBe('unchanged');
    const said = only(step).differences.map(({ found, mend }) => [mend.kind, found]);
    expect(said).toHaveLength(1);
    expect(said[0]).toEqual(['warning', expect.stringContaining('allows it through EC2 only')]);
  });

  it('keeps the gate shut where the key policy cannot be read, and says so', async () => {
    const bare = { ...verification, ...allBut('kms:GetKeyPolicy') };
    const at = worldOf({ moreRoles: { [home]: [bare], [staging]: [consumerRole] } }, []);
    const step = await verified(at);
    expect(reasonsIn(step)).toContain('ConsumerLacksKey');
    expect(JSON.stringify(only(step))).toContain(
      "The key's policy could not be read (AccessDeniedException)",
    );
  });

  it('takes another answer than a denial for a warning', async () => {
    const at = worldOf();
    at.world.faults.push({
      action: 'ec2:RunInstances/dry-run',
      hits: { kind: 'always' },
      effect: {
        kind: 'error',
        code: 'VPCIdNotSpecified',
        status: 400,
        message: 'No default VPC for this user',
      },
    });
    const step = await verified(at);
    expect(only(step)).toMatchObject({
      state: 'unchanged',
      differences: [{ mend: { kind: 'warning' }, found: expect.stringContaining('VPCIdNotSpecified') }],
    });
  });

  it('waits for an answer that does not come, and does not pass without one', async () => {
    const at = worldOf();
    await at.run(wanted);
    at.world.faults.push({
      action: 'ec2:RunInstances/dry-run',
      // Longer than the look that time allows, and the last one, take to give up.
      hits: { kind: 'range', from: 1, times: 60 },
      effect: { kind: 'server-error' },
    });
    const step = await at.run({ ...gate, 'wait-minutes': '1' }, { runId: '1002' });
    expect(reasonsIn(step)).toEqual(['InternalError']);
    const later = await at.run({ ...gate, 'wait-minutes': '60' }, { runId: '1003' });
    expect(told(only(later))).toBe('unchanged');
  });

  it('fails where the role cannot be assumed, or may not look', async () => {
    const gone = await verified(worldOf({ moreRoles: { [home]: [verification], [staging]: [] } }));
    expect(reasonsIn(gone)).toEqual(['AccessDenied']);
    const blind = await verified(worldOf(roleWith(allBut('ec2:DescribeImages'))));
    expect(reasonsIn(blind)).toEqual(['UnauthorizedOperation']);
  });

  it('waits until the image is shared', async () => {
    const at = worldOf({ copying: { seconds: 300 } });
    await at.run({ ...wanted, 'wait-minutes': '0' });
    const [step] = await Promise.all([
      at.run({ ...gate, 'share-with': 'none', 'wait-minutes': '30' }, { runId: '1002' }),
      at.run(wanted, { runId: '1003' }),
    ]);
    expect(told(only(step))).toBe('unchanged');
    // Once when it had come, and once more in the last look, before anybody relies on it.
    expect(trialsOf(at.world, 'RunInstances')).toHaveLength(2);
  });

  it('asks once for all images of a Region, and tries each key once', async () => {
    const at = worldOf({
      keys: [
        {
          id: '00000000-0000-4000-8000-000000000998',
          account: home,
          region: 'us-west-2',
          alias: 'alias/shared',
          policies: ['default', mayUse],
        },
      ],
    });
    const regions = 'eu-west-1\nus-west-2';
    await at.run({ ...wanted, regions });
    const earlier = writesIn(at.world).length;
    const step = await at.run({ ...gate, regions }, { runId: '1002' });
    expect(toldByPlace(step)).toEqual({ 'home eu-west-1': 'unchanged', 'home us-west-2': 'unchanged' });
    const mine = callsOf(at.world, 'DescribeImages').filter(({ principal }) =>
      principal.includes('ami-consumer'),
    );
    expect(mine.map(({ region }) => region).sort()).toEqual(['eu-west-1', 'us-west-2']);
    expect(trialsOf(at.world, 'Decrypt')).toHaveLength(2);
    expect(writesIn(at.world)).toHaveLength(earlier);
    expect(liveImagesIn(at.world, home, 'eu-west-1')).toHaveLength(1);
  });

  it('tries no key where there is none', async () => {
    const at = worldOf({ encryptedSource: false });
    const plain = { 'kms-key': 'none', 'share-with': staging };
    expect(told(only(await verified(at, plain, plain)))).toBe('unchanged');
    expect(trialsOf(at.world, 'Decrypt')).toEqual([]);
  });

  it('is tried out on the architecture of the image', async () => {
    const at = worldOf({ image: { architecture: 'arm64' } });
    await verified(at);
    expect(sole(trialsOf(at.world, 'RunInstances')).params).toMatchObject({ InstanceType: 't4g.micro' });
  });
});

function allowing(account: string): object {
  return { state: 'enabled', criteria: [{ providers: [account] }] };
}

/** The consumer's role with other policies. */
function roleWith(over: object): Changes {
  return { moreRoles: { [home]: [verification], [staging]: [{ ...consumerRole, ...over }] } };
}

/** A key policy that lets staging use the key on a condition. */
function statement(Condition: object): { readonly Version: string; readonly Statement: readonly object[] } {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${staging}:root` },
        Action: ['kms:Decrypt', 'kms:CreateGrant', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        Resource: '*',
        Condition,
      },
    ],
  };
}
