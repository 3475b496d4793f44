/**
 * A signal that aborts with any of its sources, or after a time. Unlike `AbortSignal.any` and `AbortSignal.timeout`, it
 * removes its listeners and its timer when it is disposed. A worker's sources outlive thousands of runs, and a key's
 * window lasts a day.
 */
export class BoundedSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #sources: readonly AbortSignal[];
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #abort = ({ target }: { readonly target: EventTarget | null }): void =>
    this.#controller.abort((target as AbortSignal | null)?.reason);

  constructor(sources: readonly AbortSignal[], ms?: number) {
    this.#sources = sources;
    for (const source of sources) {
      if (source.aborted) this.#controller.abort(source.reason);
      source.addEventListener('abort', this.#abort);
    }
    if (ms === undefined) return;
    this.#timer = setTimeout(() => this.#controller.abort(new DOMException('the time is over', 'TimeoutError')), ms);
    this.#timer.unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    for (const source of this.#sources) source.removeEventListener('abort', this.#abort);
    clearTimeout(this.#timer);
  }
}
