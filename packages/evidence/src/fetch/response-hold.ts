import type { Clock } from '@twicesafe/core';
import { announcesAtMost } from '../buffer-response.ts';
import type { DispatchHandler } from './dispatcher-like.ts';

/** The longest that a small response is held back while it is not complete, in milliseconds. */
const HOLD_MS = 1000;

/** Statuses without a body, whatever length they announce (RFC 9110 sections 15.3.5 and 15.3.6). */
const BODILESS: ReadonlySet<number> = new Set([204, 205]);

type Call = () => unknown;

/**
 * Holds a small successful response back until it is complete. fetch then gets all of it together as its own response,
 * and a truncated response is a failed attempt. A slow one is handed on as it comes after a second.
 */
export class ResponseHold {
  readonly #maxBytes: number;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #fails: () => boolean;
  #calls: Call[] | undefined;
  #cancel: (() => void) | undefined;
  #truncated = false;

  /**
   * @param fails - Called when a response is truncated. Returns whether that is a failed attempt, or else passes to the
   *   caller.
   */
  constructor(maxBytes: number, clock: Pick<Clock, 'after'>, fails: () => boolean) {
    this.#maxBytes = maxBytes;
    this.#clock = clock;
    this.#fails = fails;
  }

  /** Whether a response was held back and broke off. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /** Takes the place of the handler's callbacks for the response. */
  install(handler: DispatchHandler): void {
    const modern = handler.onRequestStart !== undefined;
    const replace = (name: keyof DispatchHandler, react: (call: Call, parameters: unknown[]) => unknown): void => {
      const original = handler[name] as ((...parameters: unknown[]) => unknown) | undefined;
      if (original)
        handler[name] = (...parameters: unknown[]) => react(() => original.apply(handler, parameters), parameters);
    };
    replace(modern ? 'onResponseStart' : 'onHeaders', (call, parameters) => this.#starts(call, parameters, modern));
    replace(modern ? 'onResponseData' : 'onData', (call) => this.#passes(call));
    replace(modern ? 'onResponseEnd' : 'onComplete', (call) => {
      this.#release();
      return call();
    });
    replace(modern ? 'onResponseError' : 'onError', (call) => {
      if (this.#calls && !this.#fails()) {
        this.#release();
        // fetch forgets a response whose error comes in the same turn, and would never settle.
        return void setTimeout(call);
      }
      if (this.#calls) this.#truncated = true;
      this.#calls = undefined;
      this.#release();
      return call();
    });
  }

  #starts(call: Call, parameters: unknown[], modern: boolean): unknown {
    const status = Number(parameters[modern ? 1 : 0]);
    const headers = parameters[modern ? 2 : 1];
    if (status < 200) {
      // Node's own fetch answers false. undici 8 would wait for a reader, who comes only with the response.
      call();
      return true;
    }
    const small = announcesAtMost(this.#maxBytes, field(headers, 'content-length'), field(headers, 'content-type'));
    if (status > 299 || BODILESS.has(status) || !small) return call();
    this.#calls = [call];
    // The body of most small responses comes with their headers, and then no timer is needed.
    queueMicrotask(() => {
      if (this.#calls) this.#cancel = this.#clock.after(HOLD_MS, () => this.#release(), true);
    });
    return true;
  }

  #passes(call: Call): unknown {
    if (!this.#calls) return call();
    this.#calls.push(call);
    return true;
  }

  #release(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const calls = this.#calls;
    this.#calls = undefined;
    for (const call of calls ?? []) call();
  }
}

/** Reads a field of undici's headers: an object, or names and values in turn as bytes. */
function field(headers: unknown, name: string): string | undefined {
  if (!Array.isArray(headers)) {
    const value = (headers as Record<string, unknown> | null)?.[name];
    return value === undefined ? undefined : String(value);
  }
  for (let index = 0; index < headers.length; index += 2) {
    const { length } = headers[index] as { length: number };
    if (length === name.length && String(headers[index]).toLowerCase() === name) return String(headers[index + 1]);
  }
  return undefined;
}
