import type { Dispatcher } from 'undici';

type Controller = Dispatcher.DispatchController;

/** What a controller acts on: the attempt whose response the caller reads. */
export interface Controlled {
  /** That of the attempt's connection, once it started. */
  readonly controller: Controller | undefined;
  /** The caller wants more data. */
  resume(): void;
}

/**
 * The one controller that the caller gets, whichever attempt it reads from. Undici makes a new one for every dispatch,
 * and a caller that kept the first would pause and resume a connection that is gone.
 */
export class StableController implements Controller {
  readonly #onAbort: (reason: Error) => void;
  #target: Controlled | undefined;
  #paused = false;
  #reason: Error | null = null;
  #aborted = false;

  constructor(onAbort: (reason: Error) => void) {
    this.#onAbort = onAbort;
  }

  /** From now on the caller controls this attempt. */
  follow(target: Controlled): void {
    this.#target = target;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get aborted(): boolean {
    return this.#aborted || (this.#target?.controller?.aborted ?? false);
  }

  get reason(): Error | null {
    return this.#reason ?? this.#target?.controller?.reason ?? null;
  }

  get rawHeaders(): NonNullable<Controller['rawHeaders']> | null {
    return this.#target?.controller?.rawHeaders ?? null;
  }

  set rawHeaders(value: NonNullable<Controller['rawHeaders']> | null) {
    const controller = this.#target?.controller;
    if (controller) controller.rawHeaders = value;
  }

  get rawTrailers(): NonNullable<Controller['rawTrailers']> | null {
    return this.#target?.controller?.rawTrailers ?? null;
  }

  set rawTrailers(value: NonNullable<Controller['rawTrailers']> | null) {
    const controller = this.#target?.controller;
    if (controller) controller.rawTrailers = value;
  }

  pause(): void {
    this.#paused = true;
    this.#target?.controller?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#target?.resume();
  }

  abort(reason: Error): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    this.#onAbort(reason);
  }
}
