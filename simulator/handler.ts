import { Readable } from 'node:stream';
import { setTimeout as realDelay } from 'node:timers/promises';
import { type HttpHandler, HttpResponse, type HttpRequest as SdkRequest } from '@smithy/core/protocols';
import type { HttpHandlerOptions } from '@smithy/types';
import { handle } from './handle.ts';
import { refreshKeys } from './jwks.ts';
import type { HttpRequest } from './wire/http.ts';
import type { World } from './world.ts';

/** Resolves after some time; rejects once the signal is aborted. */
export type Delay = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/**
 * A world as the `requestHandler` of AWS SDK clients, in the same process: the client's real host name is seen and
 * the world's time may be virtual. A broken connection rejects with the code ECONNRESET, an aborted call with
 * AbortError; a call that is never answered rejects only once the client gives up.
 */
export class SimulatorHandler implements HttpHandler {
  readonly #world: World;
  readonly #delay: Delay;
  readonly #patienceMilliseconds: number | undefined;

  /**
   * `delay` is how the fault of that name waits, until the call is aborted; with virtual time pass one that waits on the
   * world's clock.
   * `patienceMilliseconds` is how long the client waits for an answer, by the same delay; for ever unless given.
   */
  constructor(
    world: World,
    delay: Delay = (milliseconds, signal) => realDelay(milliseconds, undefined, { signal }),
    patienceMilliseconds?: number,
  ) {
    this.#world = world;
    this.#delay = delay;
    this.#patienceMilliseconds = patienceMilliseconds;
  }

  readonly metadata = { handlerProtocol: 'http/1.1' };

  async handle(request: SdkRequest, options?: HttpHandlerOptions): Promise<{ response: HttpResponse }> {
    throwIfAborted(options);
    const read = fromSdk(request);
    await refreshKeys(this.#world, read);
    const answer = await handle(this.#world, read);
    if (answer.delayMilliseconds > 0) {
      await this.#wait(answer.delayMilliseconds, options);
    }
    throwIfAborted(options);
    if (answer.kind === 'silence') {
      return this.#givingUp(options);
    }
    if (answer.kind === 'reset') {
      const error = new Error('socket hang up');
      // The SDK's own handler gives a broken connection this name.
      throw Object.assign(error, { name: 'TimeoutError', code: 'ECONNRESET' });
    }
    const { status, headers, body } = answer.response;
    return {
      response: new HttpResponse({
        statusCode: status,
        headers: { ...headers },
        body: Readable.from([Buffer.from(body)]),
      }),
    };
  }

  async #givingUp(options: HttpHandlerOptions | undefined): Promise<never> {
    const timeout = this.#patienceMilliseconds;
    if (timeout === undefined) {
      await new Promise<void>((resolve) => {
        abortOf(options).addEventListener('abort', () => resolve(), { once: true });
      });
      throwIfAborted(options);
    } else {
      await this.#wait(timeout, options);
    }
    const error = new Error(`Request did not complete within ${timeout} ms`);
    throw Object.assign(error, { name: 'TimeoutError', code: 'ETIMEDOUT' });
  }

  async #wait(milliseconds: number, options: HttpHandlerOptions | undefined): Promise<void> {
    try {
      await this.#delay(milliseconds, abortOf(options));
    } catch (error) {
      throwIfAborted(options);
      throw error;
    }
  }

  destroy(): void {
    // Nothing is held open: there is no connection.
  }

  updateHttpClientConfig(): void {
    // Timeouts and agents mean nothing without a connection.
  }

  httpHandlerConfigs(): object {
    return {};
  }
}

function fromSdk(request: SdkRequest): HttpRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method: request.method,
    path: request.path,
    query: new URLSearchParams(
      Object.entries(request.query).flatMap(([name, value]) =>
        [value ?? ''].flat().map((one): [string, string] => [name, one]),
      ),
    ).toString(),
    headers: { host: request.hostname, ...Object.fromEntries(headers) },
    body: bodyText(request.body),
    checkDate: false,
  };
}

function bodyText(body: unknown): string {
  if (body === undefined || typeof body === 'string') {
    return body ?? '';
  }
  if (ArrayBuffer.isView(body)) {
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  }
  throw new TypeError('the simulator reads bodies of text or bytes only');
}

function abortOf(options: HttpHandlerOptions | undefined): AbortSignal {
  const signal = options?.abortSignal;
  return signal instanceof AbortSignal ? signal : new AbortController().signal;
}

function throwIfAborted(options: HttpHandlerOptions | undefined): void {
  if (options?.abortSignal?.aborted === true) {
    throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
  }
}
