import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { realClock } from '../../simulator/clock.ts';
import { SimulatorHandler } from '../../simulator/handler.ts';
import { type Served, serve } from '../../simulator/http.ts';
import { imagesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { readWorld } from '../../simulator/world-file.ts';
import { accessKey, ec2, fixture, frankfurt, home, ireland, secretOf, worldFile } from './fixture.ts';
import { copy } from './fixture-copy.ts';

const silent = { faults: [{ action: '*', region: ireland, do: 'silent' }] };
const look = new DescribeImagesCommand({ Owners: ['self'] });
/** What a promise has come to after everything that is due has run. */
const stateOf = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(() => 'answered'),
    new Promise((resolve) => setTimeout(resolve, 50, 'waiting')),
  ]);

/** Resolves with the next call that the world takes. */
const called = (world: World) =>
  new Promise<void>((resolve) => {
    world.onCall = () => resolve();
  });

describe('a silent Region in the same process', () => {
  it('answers only when the call is aborted', async () => {
    const { world } = fixture(silent);
    const controller = new AbortController();
    const taken = called(world);
    const call = ec2(world, 1, ireland).send(look, { abortSignal: controller.signal });
    await taken;
    expect(await stateOf(call)).toBe('waiting');
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('answers others, and does nothing', async () => {
    const { world } = fixture(silent);
    await ec2(world, 1, frankfurt).send(look);
    const taken = called(world);
    const copying = copy(world);
    await taken;
    expect(await stateOf(copying)).toBe('waiting');
    expect(imagesIn(world, home, ireland)).toEqual([]);
    expect(world.record.at(-1)).toMatchObject({ action: 'CopyImage', code: 'NoAnswer', answered: false });
  });

  it('ends with the patience of the door, by its own waiting', async () => {
    const { world } = fixture(silent);
    const waited: number[] = [];
    const client = ec2(world, 1, ireland);
    client.config.requestHandler = new SimulatorHandler(
      world,
      async (time) => void waited.push(time),
      60_000,
    );
    await expect(client.send(look)).rejects.toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT' });
    expect(waited).toEqual([60_000]);
  });
});

describe('a silent Region over HTTP', () => {
  let served: Served | undefined;
  afterEach(() => served?.close());

  it('takes the request and leaves the connection open until the client gives up', async () => {
    const reading = readWorld(JSON.stringify(worldFile(silent)), { directory: '.', clock: realClock });
    if (!reading.ok) {
      throw new Error(JSON.stringify(reading.faults));
    }
    served = await serve(reading.value);
    const client = new EC2Client({
      region: ireland,
      endpoint: served.url,
      maxAttempts: 1,
      credentials: { accessKeyId: accessKey(1), secretAccessKey: secretOf(1) },
      requestHandler: new NodeHttpHandler({ requestTimeout: 20_000, throwOnRequestTimeout: true }),
    });
    const taken = called(reading.value);
    const controller = new AbortController();
    const call = client.send(look, { abortSignal: controller.signal });
    await taken;
    expect(await stateOf(call)).toBe('waiting');
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(reading.value.record).toMatchObject([{ code: 'NoAnswer', answered: false }]);
    expect(reading.value.complaints).toEqual([]);
  });
});
