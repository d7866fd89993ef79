import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { handle } from './handle.ts';
import { refreshKeys } from './jwks.ts';
import { close, listen } from './loopback.ts';
import type { HttpRequest } from './wire/http.ts';
import type { World } from './world.ts';

/** A world behind HTTP on loopback. */
export interface Served {
  readonly url: string;
  /** Stops listening, breaks open connections and resolves when all is closed. */
  close(): Promise<void>;
}

/**
 * Opens a world to any AWS client on 127.0.0.1 (port 0 takes a free one). Timestamps are the real ones, as clients
 * take over the server's Date header; a fault that breaks the connection destroys the socket, a silent one leaves it
 * open until the client gives up.
 */
export async function serve(world: World, port = 0): Promise<Served> {
  const server = createServer({ keepAliveTimeout: 5000 }, (request, response) => {
    answer(world, request, response).catch((error: unknown) => {
      world.complaints.push(`http: ${error instanceof Error ? error.message : String(error)}`);
      request.socket.destroy();
    });
  });
  const taken = await listen(server, port);
  return { url: `http://127.0.0.1:${taken}`, close: () => close(server) };
}

async function answer(world: World, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = await read(incoming);
  await refreshKeys(world, request);
  const answered = await handle(world, request);
  if (answered.delayMilliseconds > 0) {
    await delay(answered.delayMilliseconds, undefined, { ref: false });
  }
  if (answered.kind === 'silence') {
    return;
  }
  if (answered.kind === 'reset') {
    incoming.socket.destroy();
    return;
  }
  const { status, headers, body } = answered.response;
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  outgoing.end(body);
}

async function read(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(Buffer.from(chunk));
  }
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(',') : (value ?? ''),
  ]);
  return {
    method: incoming.method ?? 'GET',
    path,
    query,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString(),
    checkDate: true,
  };
}
