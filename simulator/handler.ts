import { Readable } from 'node:stream';
import { setTimeout as realDelay } from 'node:timers/promises';
import { type HttpHandler, HttpResponse, type HttpRequest as SdkRequest } from '@smithy/core/protocols';
import type { HttpHandlerOptions } from '@smithy/types';
import { handle } from './handle.ts';
import { refreshKeys } from './jwks.ts';
import type { HttpRequest } from './wire/http.ts';
import type { World } from './world.ts';

/**
 * A world as the `requestHandler` of AWS SDK clients, in the same process: the client's real host name is seen and
 * the world's time may be virtual. A broken connection rejects with the code ECONNRESET, an aborted call with
 * AbortError; a call that is never answered rejects only once the client gives up.
 */
export class SimulatorHandler implements HttpHandler {
  readonly #world: World;
  readonly #delay: (milliseconds: number) => Promise<void>;
  readonly #patienceMilliseconds: number | undefined;

  /**
   * `delay` is how the fault of that name waits; with virtual time pass one that waits on the world's clock.
   * `patienceMilliseconds` is how long the client waits for an answer, by the same delay; for ever unless given.
   */
  constructor(
    world: World,
    delay: (milliseconds: number) => Promise<void> = (time) => realDelay(time),
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
      await this.#delay(answer.delayMilliseconds);
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
    const aborted = new Promise<void>((resolve) => {
      if (options?.abortSignal instanceof AbortSignal) {
        options.abortSignal.addEventListener('abort', () => resolve(), { once: true });
      }
    });
    const timeout = this.#patienceMilliseconds;
    await Promise.race(timeout === undefined ? [aborted] : [aborted, this.#delay(timeout)]);
    throwIfAborted(options);
    const error = new Error(`Request did not complete within ${timeout} ms`);
    throw Object.assign(error, { name: 'TimeoutError', code: 'ETIMEDOUT' });
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

function throwIfAborted(options: HttpHandlerOptions | undefined): void {
  if (options?.abortSignal?.aborted === true) {
    throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
  }
}
