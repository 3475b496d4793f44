/** What the application did with one request. */
export type Processing =
  /** A new effect. */
  | 'applied'
  /** The key is known, so the first response is returned again. */
  | 'replayed'
  /** The key was first used with another request, so the request is rejected. */
  | 'key-reused'
  /** A safe method, which only reads. */
  | 'read';

/** A request, as far as a ledger looks into it. */
export interface LedgerRequest {
  readonly method: string;
  /** The path and query. */
  readonly target: string;
  /** By lower-cased name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text. */
  readonly text: string;
}

/** How a ledger treats idempotency keys. */
export interface LedgerOptions {
  /**
   * The header that carries the idempotency key, or undefined for an application that ignores keys.
   *
   * @default 'Idempotency-Key'
   */
  readonly keyHeader?: string | undefined;
}

/** Safe methods only read (RFC 9110 section 9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY']);

/** Whether requests with this method have an effect. */
export function hasEffect(method: string): boolean {
  return !SAFE_METHODS.has(method);
}

/**
 * The requests that took effect, with one entry for every request that the application committed. A duplicate with a
 * known idempotency key doesn't add an entry (draft-ietf-httpapi-idempotency-key-header section 2.6).
 *
 * @example
 * const ledger = new Ledger();
 * const request = { method: 'POST', target: '/orders', headers: { 'idempotency-key': '7' }, text: '{}' };
 * ledger.process(request); // 'applied'
 * ledger.process(request); // 'replayed'
 */
export class Ledger<Entry extends LedgerRequest = LedgerRequest> {
  readonly #entries: Entry[] = [];
  readonly #prints = new Map<string, string>();
  readonly #keyHeader: string | undefined;

  constructor(options: LedgerOptions = {}) {
    const { keyHeader } = { keyHeader: 'Idempotency-Key', ...options };
    this.#keyHeader = keyHeader?.toLowerCase();
  }

  /** The requests that took effect, in order. */
  get effects(): readonly Entry[] {
    return this.#entries;
  }

  /** Processes a request as an application would. */
  process(request: Entry): Processing {
    if (!hasEffect(request.method)) return 'read';
    const key = this.#keyHeader === undefined ? undefined : request.headers[this.#keyHeader];
    if (key !== undefined) {
      const print = JSON.stringify([request.method, request.target, request.text]);
      const known = this.#prints.get(key);
      if (known !== undefined) return known === print ? 'replayed' : 'key-reused';
      this.#prints.set(key, print);
    }
    this.#entries.push(request);
    return 'applied';
  }
}
