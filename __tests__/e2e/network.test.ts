import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { home, organization } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { copiesIn, start, writeCount } from './step.ts';

const copying = { seconds: 0.2 };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aws-config-'));
  await writeFile(join(folder, 'config'), '[default]\nendpoint_url = http://credentials.example:4566\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.concurrent.each([
  ['AWS_ENDPOINT_URL_STS', 'http://credentials.example'],
  ['AWS_ENDPOINT_URL_EC2', 'https://127.0.0.1.example:8443'],
  ['AWS_ENDPOINT_URL_KMS', 'https://amazonaws.com.example'],
  ['AWS_ENDPOINT_URL_EC2', 'http://127.0.0.1@credentials.example'],
  ['AWS_ENDPOINT_URL_EC2', 'credentials.example'],
])(
  'an endpoint override that leads elsewhere is refused before a token is fetched: %s=%s',
  async (name, value) => {
    const world = organization({ copying });
    const { issuer, ended } = await start(world, inputs(), { env: { [name]: value } });
    const step = await ended;
    expect(issuer.requests).toEqual([]);
    expect(world.record).toEqual([]);
    expect(step).toMatchObject({ exitCode: 1, outputs: { status: 'failure' } });
    expect(step.annotations).toMatchObject([{ kind: 'error', title: '1 target: EndpointNotAws' }]);
    expect(step.annotations[0]?.text).toContain(name);
  },
);

it('an endpoint override in a configuration file that leads elsewhere is not followed', async () => {
  const world = organization({ copying });
  const { ended } = await start(world, inputs(), {
    endpoint: '',
    env: { AWS_CONFIG_FILE: join(folder, 'config') },
  });
  const step = await ended;
  expect(step.annotations).toMatchObject([
    { kind: 'error', title: expect.stringContaining('EndpointNotAws') },
  ]);
  expect(step.annotations[0]?.text).toContain('credentials.example');
});

it.concurrent.each(['http_proxy', 'HTTP_PROXY'])(
  'the environment may name a proxy in %s, and every call goes through it',
  async (name) => {
    const world = organization({ copying });
    const proxy = await startProxy();
    try {
      const { ended } = await start(world, inputs(), { env: { [name]: proxy.url } });
      const step = await ended;
      expect(step.outputs.status).toBe('success');
      const calls = world.record.filter(({ onBehalfOf }) => onBehalfOf === undefined);
      expect(proxy.requests).toHaveLength(calls.length);
      expect(copiesIn(world, home, 'eu-west-1')).toHaveLength(1);
    } finally {
      await proxy.close();
    }
  },
);

it.concurrent('the environment may except hosts from the proxy', async () => {
  const world = organization({ copying });
  const proxy = await startProxy();
  try {
    const { ended } = await start(world, inputs(), {
      env: { http_proxy: proxy.url, no_proxy: '127.0.0.1' },
    });
    expect((await ended).outputs.status).toBe('success');
    expect(proxy.requests).toEqual([]);
  } finally {
    await proxy.close();
  }
});

it.concurrent('the environment with credentials, a profile and a Region of its own changes nothing', async () => {
  const world = organization({ copying });
  const { ended } = await start(world, inputs(), {
    env: {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_PROFILE: 'absent',
      AWS_REGION: 'ap-south-1',
      AWS_DEFAULT_REGION: 'ap-south-1',
      AWS_MAX_ATTEMPTS: '9',
    },
  });
  const step = await ended;
  expect(step.outputs.status).toBe('success');
  expect(world.record.every(({ principal }) => !principal.includes('user/'))).toBe(true);
  expect(new Set(world.record.map(({ region }) => region))).toEqual(new Set(['', 'us-east-1', 'eu-west-1']));
  expect(writeCount(world)).toBe(1);
});

interface Proxy {
  readonly url: string;
  /** The targets asked for, in absolute form. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** A forward proxy on loopback, for plain HTTP. */
async function startProxy(): Promise<Proxy> {
  const requests: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '' } = incoming;
    requests.push(url);
    const onward = request(url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the proxy did not get a port');
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
