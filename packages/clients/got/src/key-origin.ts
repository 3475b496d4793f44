import type { Operation } from '@twicesafe/core/adapter';
import type { SentOptions } from './traits.ts';

/** The origin that an idempotency key was made for. The key is sent only there. */
export class KeyOrigin {
  readonly #operation: Operation;
  readonly #origin: string | undefined;
  #left = false;

  constructor(operation: Operation) {
    this.#operation = operation;
    this.#origin = originOf(operation.traits.url);
  }

  /** Whether a hook or a redirect has led to another origin. A key doesn't permit a retry there. */
  get left(): boolean {
    return this.#left;
  }

  /** Removes our key and credential from options that lead to another origin. */
  guard({ url, headers }: SentOptions): void {
    if (originOf(url) === this.#origin) return;
    this.#left = true;
    for (const [name] of this.#operation.privateHeaders) delete headers[name.toLowerCase()];
  }
}

function originOf(url: SentOptions['url']): string | undefined {
  return URL.parse(String(url))?.origin;
}
