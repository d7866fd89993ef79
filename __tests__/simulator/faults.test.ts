import { CopyImageCommand, DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from '@jest/globals';
import { SimulatorHandler } from '../../simulator/handler.ts';
import { callsOf, imagesIn, writesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  failure,
  fixture,
  frankfurt,
  home,
  ireland,
  kms,
  plainImage,
  plainSnapshot,
  production,
  ssm,
  sts,
} from './fixture.ts';

const look = (world: World, number = 1, region = frankfurt) =>
  ec2(world, number, region).send(new DescribeImagesCommand({ Owners: ['self'] }));
const copy = (world: World, region = ireland) =>
  ec2(world, 1, region).send(
    new CopyImageCommand({
      Name: 'copy',
      SourceImageId: plainImage,
      SourceRegion: frankfurt,
      ClientToken: 'once',
    }),
  );
const withFault = (fault: object) => fixture({ faults: [{ action: 'ec2:DescribeImages', ...fault }] }).world;

async function codes(world: World, calls: number) {
  for (let call = 0; call < calls; call++) {
    await look(world).catch(() => undefined);
  }
  return callsOf(world, 'DescribeImages').map((call) => (call.code === 'ok' ? 'ok' : 'no'));
}

describe('a fault hits', () => {
  it.each([
    [{}, ['no', 'no', 'no', 'no']],
    [{ nth: 3 }, ['ok', 'ok', 'no', 'ok']],
    [{ from: 2 }, ['ok', 'no', 'no', 'no']],
    [{ times: 2 }, ['no', 'no', 'ok', 'ok']],
    [{ from: 2, times: 2 }, ['ok', 'no', 'no', 'ok']],
    [{ probability: 0 }, ['ok', 'ok', 'ok', 'ok']],
    [{ probability: 1 }, ['no', 'no', 'no', 'no']],
  ])('%j', async (hits, expected) => {
    expect(await codes(withFault({ ...hits, do: 'throttle' }), 4)).toEqual(expected);
  });

  it('by chance, the same calls for the same seed', async () => {
    const run = () => codes(withFault({ probability: 0.5, do: 'throttle' }), 30);
    const first = await run();
    expect(new Set(first).size).toBe(2);
    expect(await run()).toEqual(first);
  });

  it('only the account, Region and action that it names', async () => {
    const world = withFault({ account: production, region: ireland, do: 'throttle' });
    await look(world, 1, ireland);
    await look(world, 2, frankfurt);
    expect(await failure(look(world, 2, ireland))).toMatchObject({ code: 'RequestLimitExceeded' });
    await ec2(world, 2, ireland).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    const { world: broad } = fixture({ faults: [{ action: 'ec2:*', do: 'throttle' }] });
    await sts(broad).send(new GetCallerIdentityCommand({}));
    expect(await failure(look(broad))).toMatchObject({ code: 'RequestLimitExceeded' });
  });
});

describe('what a fault does', () => {
  it.each([
    [{ do: 'throttle' }, 'RequestLimitExceeded', 503],
    [{ do: 'server-error' }, 'InternalError', 500],
    [{ do: 'access-denied' }, 'UnauthorizedOperation', 403],
    [{ do: 'expired-token' }, 'RequestExpired', 400],
    [{ do: 'error', code: 'ConcurrentTagAccess', status: 409 }, 'ConcurrentTagAccess', 409],
  ])('%j', async (fault, code, status) => {
    expect(await failure(look(withFault(fault)))).toMatchObject({ code, status });
  });

  it('has each service’s own words', async () => {
    for (const [effect, stsCode, kmsCode, ssmCode] of [
      ['throttle', 'Throttling', 'ThrottlingException', 'ThrottlingException'],
      ['access-denied', 'AccessDenied', 'AccessDeniedException', 'AccessDeniedException'],
      ['server-error', 'InternalFailure', 'KMSInternalException', 'InternalServerError'],
      ['expired-token', 'ExpiredTokenException', 'ExpiredTokenException', 'ExpiredTokenException'],
    ]) {
      const { world } = fixture({ faults: [{ action: '*', do: effect }] });
      expect((await failure(sts(world).send(new GetCallerIdentityCommand({})))).code).toBe(stsCode);
      expect((await failure(kms(world).send(new DescribeKeyCommand({ KeyId: 'x' })))).code).toBe(kmsCode);
      expect((await failure(ssm(world).send(new GetParameterCommand({ Name: 'x' })))).code).toBe(ssmCode);
    }
  });

  it('reset-before: the connection breaks and nothing happened', async () => {
    const { world } = fixture({ faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'reset-before' }] });
    await expect(copy(world)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(imagesIn(world, home, ireland)).toEqual([]);
    expect(writesIn(world)).toMatchObject([{ code: 'ConnectionReset', answered: false }]);
  });

  it('reset-after: the connection breaks but the copy was made', async () => {
    const { world } = fixture({ faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'reset-after' }] });
    await expect(copy(world)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(writesIn(world)).toMatchObject([{ code: 'ok', answered: false }]);
    const { ImageId } = await copy(world);
    expect(imagesIn(world, home, ireland).map((image) => image.id)).toEqual([ImageId]);
  });

  it('delay: waits by the door’s own waiting', async () => {
    const world = withFault({ do: 'delay', milliseconds: 250 });
    const waited: number[] = [];
    const client = ec2(world);
    client.config.requestHandler = new SimulatorHandler(world, async (time) => void waited.push(time));
    await client.send(new DescribeImagesCommand({ Owners: ['self'] }));
    expect(waited).toEqual([250]);
  });
});

describe('token buckets', () => {
  const codeAfter = async (calls: number, call: () => Promise<unknown>) => {
    for (let done = 0; done < calls; done++) {
      await call();
    }
    return (await failure(call())).code;
  };

  it('hold 100 reads and fill with 20 a second, for each account, Region and action', async () => {
    const { world, clock } = fixture();
    expect(await codeAfter(100, () => look(world))).toBe('RequestLimitExceeded');
    await look(world, 2);
    await look(world, 1, ireland);
    await ec2(world).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], MaxResults: 5 }));
    clock.advance(1000);
    expect(await codeAfter(20, () => look(world))).toBe('RequestLimitExceeded');
    clock.advance(3_600_000);
    expect(await codeAfter(100, () => look(world))).toBe('RequestLimitExceeded');
  });

  it('hold 100 CopyImage and fill with 1 a second', async () => {
    const { world, clock } = fixture();
    expect(await codeAfter(100, () => copy(world))).toBe('RequestLimitExceeded');
    clock.advance(1000);
    expect(await codeAfter(1, () => copy(world))).toBe('RequestLimitExceeded');
  });

  it('hold 50 DescribeSnapshots without filter and page, 100 with', async () => {
    const { world } = fixture();
    const snapshots = (more: object) => () => ec2(world).send(new DescribeSnapshotsCommand(more));
    expect(await codeAfter(50, snapshots({ SnapshotIds: [plainSnapshot] }))).toBe('RequestLimitExceeded');
    expect(await codeAfter(100, snapshots({ OwnerIds: ['self'], MaxResults: 1000 }))).toBe(
      'RequestLimitExceeded',
    );
  });

  it('can be set', async () => {
    const { world } = fixture({ quotas: { rates: { DescribeImages: { burst: 2, 'per-second': 1 } } } });
    expect(await codeAfter(2, () => look(world))).toBe('RequestLimitExceeded');
  });
});

describe('the record', () => {
  it('has every call in order, and onCall hears of each', async () => {
    const { world, clock } = fixture();
    const heard: string[] = [];
    world.onCall = (call) => heard.push(`${call.service}:${call.action} ${call.code}`);
    await look(world);
    clock.advance(5);
    await copy(world);
    await failure(copy(world, 'af-south-1'));
    expect(heard).toEqual(['ec2:DescribeImages ok', 'ec2:CopyImage ok', 'ec2:CopyImage AuthFailure']);
    expect(world.record.map((call) => call.mutating)).toEqual([false, true, true]);
    expect((world.record[1]?.at ?? 0) - (world.record[0]?.at ?? 0)).toBe(5);
    expect(world.record[1]).toMatchObject({
      account: home,
      region: ireland,
      params: { ClientToken: 'once' },
    });
    expect(world.complaints).toEqual([]);
  });
});
