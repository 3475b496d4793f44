import { type SentTarget, targetOf } from './sent-request.ts';

/** Where the request of an attempt goes. */
export class CopiedTarget {
  readonly #request: { readonly url: string };
  /** Read when the first request is seen, because most functions show no requests. */
  #target: SentTarget | undefined;

  constructor(request: { readonly url: string }) {
    this.#request = request;
  }

  /** Whether a request goes to this origin. Without one, the dispatcher alone knows it. */
  isOn(origin: string | undefined): boolean {
    const here = this.#here.origin;
    return here === undefined || origin === here;
  }

  /** A function of others may put a base before a relative URL, and add a query. */
  leadsTo(path: string): boolean {
    const { origin, path: here } = this.#here;
    const [given, sent] = [withoutQuery(here), withoutQuery(path)];
    return (
      given === sent ||
      (origin === undefined && given.length > 1 && sent.endsWith(given.startsWith('/') ? given : `/${given}`))
    );
  }

  get #here(): SentTarget {
    this.#target ??= targetOf(this.#request.url);
    return this.#target;
  }
}

function withoutQuery(path: string): string {
  return path.replace(/\?.*/s, '');
}
