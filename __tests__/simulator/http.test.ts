import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { CopyImageCommand, DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { realClock } from '../../simulator/clock.ts';
import { type Served, serve } from '../../simulator/http.ts';
import { imagesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { readWorld } from '../../simulator/world-file.ts';
import {
  accessKey,
  failure,
  frankfurt,
  home,
  homeKeyArn,
  ireland,
  plainImage,
  secretOf,
  worldFile,
} from './fixture.ts';

function realWorld(parts: Record<string, unknown> = {}): World {
  const reading = readWorld(JSON.stringify(worldFile(parts)), { directory: '.', clock: realClock });
  if (!reading.ok) {
    throw new Error(JSON.stringify(reading.faults));
  }
  return reading.value;
}

let world: World;
let served: Served;
beforeAll(async () => {
  world = realWorld({
    copying: { seconds: 600 },
    parameters: [{ name: '/images/web', account: home, region: frankfurt, value: plainImage }],
    faults: [
      { action: 'ec2:CopyImage', region: ireland, nth: 1, do: 'reset-after' },
      { action: 'ec2:DescribeRegions', do: 'delay', milliseconds: 120 },
    ],
  });
  served = await serve(world);
});
afterAll(() => served.close());

const settings = (region = frankfurt, number = 1) => ({
  region,
  endpoint: served.url,
  maxAttempts: 1,
  credentials: { accessKeyId: accessKey(number), secretAccessKey: secretOf(number) },
});

describe('the SDK over HTTP', () => {
  it('reaches all four services, the Region coming from the signature', async () => {
    await new EC2Client(settings()).send(new DescribeImagesCommand({ ImageIds: [plainImage] }));
    expect(
      await failure(
        new EC2Client(settings(ireland)).send(new DescribeImagesCommand({ ImageIds: [plainImage] })),
      ),
    ).toMatchObject({
      code: 'InvalidAMIID.NotFound',
    });
    expect(await new STSClient(settings()).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: home,
    });
    const { KeyMetadata } = await new KMSClient(settings()).send(
      new DescribeKeyCommand({ KeyId: 'alias/images' }),
    );
    expect(KeyMetadata?.Arn).toBe(homeKeyArn);
    const { Parameter } = await new SSMClient(settings()).send(
      new GetParameterCommand({ Name: '/images/web' }),
    );
    expect(Parameter?.Value).toBe(plainImage);
  });

  it('copies in real time', async () => {
    const copyIn = async (its: World, url: string) => {
      const client = new EC2Client({ ...settings(), endpoint: url });
      const input = { Name: 'copy', SourceImageId: plainImage, SourceRegion: frankfurt };
      const { ImageId } = await client.send(new CopyImageCommand(input));
      return () => imagesIn(its, home, frankfurt).find((image) => image.id === ImageId)?.state;
    };
    const quick = realWorld({ copying: { seconds: 0.2 } });
    const other = await serve(quick);
    const [slow, soon] = [await copyIn(world, served.url), await copyIn(quick, other.url)];
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect([slow(), soon()]).toEqual(['pending', 'available']);
    await other.close();
  });

  it('loses the connection to a reset, the effect being there', async () => {
    const client = new EC2Client(settings(ireland));
    const copy = () =>
      client.send(
        new CopyImageCommand({
          Name: 'copy',
          SourceImageId: plainImage,
          SourceRegion: frankfurt,
          ClientToken: 't',
        }),
      );
    await expect(copy()).rejects.toThrow('socket hang up');
    expect(imagesIn(world, home, ireland)).toHaveLength(1);
    expect((await copy()).ImageId).toBe(imagesIn(world, home, ireland)[0]?.id);
  });
});

interface Raw {
  readonly body?: string;
  readonly region?: string;
  readonly service?: string;
  readonly secret?: string;
  readonly accessKeyId?: string;
  readonly date?: Date;
  readonly path?: string;
  /** The day in the credential scope, if it is not that of the date. */
  readonly day?: string;
  /** Sent, though not signed. */
  readonly sentBody?: string;
}

/** A request signed by hand, as no SDK would send it; an independent making of Signature Version 4. */
async function raw({ body = 'Action=DescribeRegions&Version=2016-11-15', ...more }: Raw) {
  const stamp = (more.date ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '');
  const day = more.day ?? stamp.slice(0, 8);
  const scope = [day, more.region ?? frankfurt, more.service ?? 'ec2', 'aws4_request'];
  const { host } = new URL(served.url);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = `POST\n${more.path ?? '/'}\n\nhost:${host}\nx-amz-date:${stamp}\n\nhost;x-amz-date\n${hash(body)}`;
  const toSign = `AWS4-HMAC-SHA256\n${stamp}\n${scope.join('/')}\n${hash(canonical)}`;
  let key: Buffer = Buffer.from(`AWS4${more.secret ?? secretOf(1)}`);
  for (const part of scope) {
    key = createHmac('sha256', key).update(part).digest();
  }
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const credential = `${more.accessKeyId ?? accessKey(1)}/${scope.join('/')}`;
  const response = await fetch(`${served.url}${more.path ?? '/'}`, {
    method: 'POST',
    body: more.sentBody ?? body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-date': stamp,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    },
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    code: /<Code>(.*?)<\/Code>/.exec(text)?.[1],
    headers: response.headers,
  };
}

describe('on the wire', () => {
  it('EC2 answers in one line of XML with its namespace and the request id in body and header', async () => {
    const answer = await raw({ body: 'Action=DescribeImages&Version=2016-11-15&Owner.1=222222222222' });
    const id = answer.headers.get('x-amzn-requestid');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(answer.headers.get('content-type')).toBe('text/xml;charset=UTF-8');
    expect(answer.headers.get('date')).not.toBeNull();
    expect(answer.text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
        `<requestId>${id}</requestId><imagesSet/></DescribeImagesResponse>`,
    );
  });

  it('EC2 says return true where there is nothing else to say', async () => {
    const body = `Action=CreateTags&Version=2016-11-15&ResourceId.1=${plainImage}&Tag.1.Key=a%20b&Tag.1.Value=%3C%26%3E`;
    expect((await raw({ body })).text).toContain('<return>true</return>');
    const { text } = await raw({ body: `Action=DescribeImages&Version=2016-11-15&ImageId.1=${plainImage}` });
    expect(text).toContain('<item><key>a b</key><value>&#60;&#38;&#62;</value></item>');
  });

  it('errors of EC2 and STS have their own shapes', async () => {
    const ofEc2 = await raw({ body: 'Action=DescribeImages&Version=2016-11-15&ImageId.1=x' });
    expect(ofEc2.text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?><Response><Errors><Error><Code>InvalidAMIID.Malformed<\/Code><Message>.*<\/Message><\/Error><\/Errors><RequestID>[0-9a-f-]{36}<\/RequestID><\/Response>$/,
    );
    const ofSts = await raw({ service: 'sts', body: 'Action=GetCallerIdentity&Version=2011-06-15&X=1' });
    expect(ofSts.text).toMatch(
      /^<ErrorResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><Error><Type>Sender<\/Type><Code>UnknownParameter<\/Code><Message>.*<\/Message><\/Error><RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/,
    );
  });

  it.each([
    ['Action=StartInstances&Version=2016-11-15', 'InvalidAction', true],
    ['Action=DescribeImages&Version=2016-11-15&Colour=red', 'UnknownParameter', true],
    ['Action=DescribeImages&Version=2016-11-15&Owner.x=self', 'UnknownParameter', true],
    ['Action=DescribeImages&Version=2010-01-01', 'NoSuchVersion', true],
    ['Version=2016-11-15', 'MissingAction', false],
    ['Action=CopyImage&Version=2016-11-15&Name=abc', 'MissingParameter', false],
    ['Action=DescribeImages&Version=2016-11-15&IncludeDisabled=yes', 'InvalidParameterValue', false],
    ['Action=DescribeImages&Version=2016-11-15&MaxResults=ten', 'InvalidParameterValue', false],
    ['Action=DescribeImages&Version=2016-11-15&Owner=self', 'InvalidParameterValue', false],
    ['Action=DescribeImages&Version=2016-11-15&Owner.1=self&Owner.1=self', 'MalformedQueryString', false],
  ])('%s is %s', async (body, code, complains) => {
    const before = world.complaints.length;
    expect(await raw({ body })).toMatchObject({ status: 400, code });
    expect(world.complaints.length - before).toBe(complains ? 1 : 0);
  });

  it.each<[string, Raw, string, number]>([
    ['a wrong secret', { secret: secretOf(2) }, 'SignatureDoesNotMatch', 403],
    [
      'a changed body',
      { sentBody: 'Action=DescribeImages&Version=2016-11-15' },
      'SignatureDoesNotMatch',
      403,
    ],
    ['an unknown key', { accessKeyId: 'AKIANOBODYNOBODY0000' }, 'AuthFailure', 401],
    ['a time long ago', { date: new Date(Date.now() - 16 * 60_000) }, 'RequestExpired', 400],
    ['a time far ahead', { date: new Date(Date.now() + 16 * 60_000) }, 'RequestExpired', 400],
    ['the scope of another day', { day: '20200101' }, 'SignatureDoesNotMatch', 403],
    ['the scope of another service', { service: 'sts' }, 'SignatureDoesNotMatch', 403],
    ['a Region that is not enabled', { region: 'af-south-1' }, 'AuthFailure', 401],
    ['a Region that does not exist', { region: 'eu-west-9' }, 'AuthFailure', 401],
    ['another path', { path: '/x' }, 'InvalidRequest', 400],
  ])('%s is refused', async (_, request, code, status) => {
    expect(await raw(request)).toMatchObject({ code, status });
  });

  it('a good signature passes, after the delay of a fault', async () => {
    const start = performance.now();
    expect((await raw({ date: new Date(Date.now() - 14 * 60_000) })).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(100);
  });

  it('an unsigned request is refused, but for AssumeRoleWithWebIdentity', async () => {
    const post = async (body: string) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return (await fetch(served.url, { method: 'POST', body, headers })).text();
    };
    expect(await post('Action=DescribeImages&Version=2016-11-15')).toContain('<Code>AuthFailure</Code>');
    expect(await post('Action=GetCallerIdentity&Version=2011-06-15')).toContain(
      '<Code>MissingAuthenticationToken</Code>',
    );
    const assume = `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::${home}:role/x&RoleSessionName=ab&WebIdentityToken=abcd`;
    expect(await post(assume)).toContain('<Code>InvalidIdentityToken</Code>');
    expect(world.record.at(-1)).toMatchObject({ account: home, region: '', principal: '' });
    expect(JSON.stringify(world.record.at(-1))).not.toContain('abcd');
  });

  it('KMS and SSM speak JSON', async () => {
    const wrong = {
      ...settings(),
      credentials: { accessKeyId: accessKey(1), secretAccessKey: 'wrong' },
    };
    const calls = [
      new KMSClient(wrong).send(new DescribeKeyCommand({ KeyId: 'x' })),
      new SSMClient(wrong).send(new GetParameterCommand({ Name: 'x' })),
    ];
    for (const call of calls) {
      expect(await failure(call)).toMatchObject({ code: 'InvalidSignatureException', status: 400 });
    }
  });

  it('JSON goes to the service and action of its target, and to no other', async () => {
    const post = async (target: string) => {
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
      const response = await fetch(served.url, { method: 'POST', body: '{}', headers });
      return { status: response.status, code: /"__type":"(\w+)"/.exec(await response.text())?.[1] };
    };
    const before = world.complaints.length;
    expect(await post('AmazonSSM.GetParameter')).toEqual({ status: 403, code: 'MissingAuthenticationToken' });
    expect(await post('AmazonSSM.PutParameter')).toEqual({ status: 400, code: 'InvalidAction' });
    expect(world.complaints.length - before).toBe(1);
    await post('AmazonS3.GetParameter');
    expect(world.complaints.at(-1)).toContain('does not know AmazonS3.GetParameter');
  });
});

describe('npm run simulator', () => {
  const start = (...args: string[]) => spawn(process.execPath, ['simulator/cli.ts', ...args]);
  async function outcome(child: ChildProcess) {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const [code] = await once(child, 'close');
    return { code, text };
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('serves a file until %s and leaves cleanly', async (signal) => {
    const child = start('--world', 'simulator/world.example.yml');
    const [chunk] = await once(child.stdout, 'data');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(chunk))?.[0] ?? '';
    expect((await fetch(url)).status).toBe(400);
    const ended = outcome(child);
    child.kill(signal);
    expect(await ended).toEqual({ code: 0, text: '' });
  });

  it.each([
    [[], '--world FILE is missing'],
    [
      ['--world', 'simulator/world.example.yml', '--port', 'x'],
      '--port must be a number from 0 to 65535, not "x"',
    ],
    [['--world', 'none.yml'], 'cannot read the world file none.yml'],
    [['--word', 'x'], "Unknown option '--word'"],
    [['--world', 'package.json'], 'package.json:2:'],
  ])('refuses %j in a sentence', async (args, text) => {
    const { code, text: said } = await outcome(start(...args));
    expect(code).toBe(2);
    expect(said).toContain(text);
    expect(said).not.toContain('    at ');
  });
});
