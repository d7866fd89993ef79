import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { close, listen } from '../loopback.ts';
import { type Answer, answer, refusal } from './answer.ts';
import {
  answerMisfits,
  bodyMisfits,
  type Call,
  callOf,
  type OperationId,
  parameterMisfits,
} from './description.ts';
import { headerMisfits, pageMisfits } from './documentation.ts';
import type { GitHubFault } from './faults.ts';
import type { Comment, Repository, Status } from './repository.ts';

export interface GitHubOptions extends Omit<Repository, 'statuses' | 'comments'> {
  readonly comments?: readonly Comment[];
  /** `/api/v3` on GitHub Enterprise Server; nothing unless said otherwise. */
  readonly basePath?: '/api/v3';
  readonly faults?: readonly GitHubFault[];
}

export interface GitHubRequest {
  readonly operation: OperationId | undefined;
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  /** Epoch milliseconds at which it came. */
  readonly at: number;
}

export interface GitHub {
  /** For GITHUB_API_URL. */
  readonly url: string;
  readonly statuses: Status[];
  readonly comments: Comment[];
  readonly requests: readonly GitHubRequest[];
  /** What did not fit GitHub's description, or its documentation; empty for a client that behaves. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/**
 * GitHub's REST API for one repository, on a free port of 127.0.0.1: statuses and comments, nothing else. Each request
 * is held against GitHub's own description; one that does not fit is refused, and complained about.
 */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const { basePath = '', faults = [], comments = [], ...given } = options;
  const repository: Repository = { ...given, statuses: [], comments: [...comments] };
  const requests: GitHubRequest[] = [];
  const complaints: string[] = [];

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const text = await textOf(incoming);
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const path = url.pathname.startsWith(`${basePath}/`) ? url.pathname.slice(basePath.length) : undefined;
    const call = path === undefined ? undefined : callOf(incoming.method ?? '', path);
    requests.push(requestOf(incoming, url.pathname, call));
    const count = requests.filter(({ operation }) => operation === call?.id).length;
    const fault = faults.find(
      ({ operation, nth }) => operation === call?.id && (nth === 'every' || nth.includes(count)),
    );
    if (fault?.kind === 'silence') {
      return;
    }
    if (fault?.kind === 'drop') {
      incoming.socket.destroy();
      return;
    }
    if (fault?.kind === 'slow') {
      await delay(fault.ms, undefined, { ref: false });
    }
    const own = fault?.kind === 'answer' ? fault.answer : respond(incoming, url, call, text);
    send(outgoing, fault?.kind === 'lost' ? fault.answer : own);
  }

  function respond(incoming: IncomingMessage, url: URL, call: Call | undefined, text: string): Answer {
    if (call === undefined) {
      complaints.push(`${incoming.method} ${url.pathname}: no operation of the description`);
      return refusal(404, 'Not Found');
    }
    const complain = (status: number, misfits: readonly string[]): Answer => {
      complaints.push(...misfits.map((misfit) => `${call.id}: ${misfit}`));
      return refusal(status, misfits.join('; '));
    };
    const body = text === '' ? undefined : parsed(text);
    const misfits = [
      ...headerMisfits(incoming.headers, text !== ''),
      ...parameterMisfits(call, url.searchParams),
      ...pageMisfits(url.searchParams),
    ];
    if (misfits.length > 0) {
      return complain(400, misfits);
    }
    const unfit = bodyMisfits(call, body);
    if (unfit.length > 0) {
      return complain(422, unfit);
    }
    const identity = repository.tokens[tokenOf(incoming.headers)];
    if (identity === undefined) {
      return refusal(401, 'Bad credentials');
    }
    const base = `http://${incoming.headers.host}${basePath}`;
    const fields = typeof body === 'object' && body !== null ? { ...body } : {};
    const own = answer(repository, { call, query: url.searchParams, body: fields, identity, base });
    const odd = answerMisfits(call, own.status, own.body);
    return odd.length === 0 ? own : complain(500, odd);
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      complaints.push(`http: ${error instanceof Error ? error.message : String(error)}`);
      incoming.socket.destroy();
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}${basePath}`,
    statuses: repository.statuses,
    comments: repository.comments,
    requests,
    complaints,
    close: () => close(server),
  };
}

function requestOf(incoming: IncomingMessage, path: string, call: Call | undefined): GitHubRequest {
  const { method = '', headers } = incoming;
  return { operation: call?.id, method, path, authorization: headers.authorization, at: Date.now() };
}

function tokenOf(headers: IncomingHttpHeaders): string {
  return (headers.authorization ?? '').replace(/^\S+ /, '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString();
}

function send(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  outgoing.end(JSON.stringify(body));
}
