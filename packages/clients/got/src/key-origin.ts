import type { Operation } from '@twicesafe/core';
import type { SentOptions } from './traits.ts';

/** The origin that an idempotency key was made for. The key is sent only there. */
export class KeyOrigin {
  readonly #keyHeaders: Operation['keyHeaders'];
  readonly #origin: string | undefined;
  #left = false;

  constructor({ keyHeaders, traits }: Operation) {
    this.#keyHeaders = keyHeaders;
    this.#origin = originOf(traits.url);
  }

  /** Whether a hook or a redirect has led to another origin. A key doesn't permit a retry there. */
  get left(): boolean {
    return this.#left;
  }

  /** Removes our key from options that lead to another origin. */
  guard({ url, headers }: SentOptions): void {
    if (originOf(url) === this.#origin) return;
    this.#left = true;
    for (const [name] of this.#keyHeaders) delete headers[name.toLowerCase()];
  }
}

function originOf(url: SentOptions['url']): string | undefined {
  return URL.parse(String(url))?.origin;
}
