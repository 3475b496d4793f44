/** The origin's record of one operation, which is the ground truth for judging clients. */
export interface Entry {
  /** How often it took effect. */
  applied: number;
  /** When its requests arrived, in milliseconds since 1970. */
  readonly requestsAtMs: number[];
  /** How many requests arrived earlier than the origin had asked for. */
  early: number;
  /** The end of the wait that the origin asked for, in milliseconds since 1970. */
  waitUntilMs: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The part of a request that the ledger reads. */
export interface LedgerRequest {
  readonly method: string;
  readonly operation: number;
  readonly body: string;
  readonly key: string | undefined;
}

/**
 * The state of a small shop with one resource for each operation. POST creates an order, PATCH adds to it, PUT replaces
 * it, DELETE removes it, and GET reads it. Unless the shop ignores keys, it follows
 * draft-ietf-httpapi-idempotency-key-header.
 */
export class Ledger {
  readonly entries: Map<number, Entry> = new Map();
  readonly #honoursKeys: boolean;
  readonly #kept = new Map<string, { readonly print: string; answer?: Answer }>();
  readonly #removed = new Set<number>();

  constructor(honoursKeys: boolean) {
    this.#honoursKeys = honoursKeys;
  }

  /** Records a request. Returns its number within its operation, counted from 1. */
  arrived(operation: number, nowMs: number): number {
    const entry = this.entry(operation);
    if (nowMs < entry.waitUntilMs) entry.early += 1;
    return entry.requestsAtMs.push(nowMs);
  }

  entry(operation: number): Entry {
    const known = this.entries.get(operation);
    if (known) return known;
    const entry: Entry = { applied: 0, requestsAtMs: [], early: 0, waitUntilMs: 0 };
    this.entries.set(operation, entry);
    return entry;
  }

  /** Processes a request, or answers from memory if its key is known. */
  process(request: LedgerRequest): Answer {
    const { method, body, key } = request;
    if (key === undefined || !this.#honoursKeys) return this.#apply(request);
    const print = `${method} ${request.operation} ${body}`;
    const kept = this.#kept.get(key);
    if (kept && kept.print !== print) return { status: 422, body: 'the key was used for something else' };
    if (kept) return kept.answer ?? { status: 409, body: 'in flight' };
    const fresh: { print: string; answer?: Answer } = { print };
    this.#kept.set(key, fresh);
    fresh.answer = this.#apply(request);
    return fresh.answer;
  }

  #apply({ method, operation }: LedgerRequest): Answer {
    if (method === 'GET') return { status: 200, body: `order ${operation}` };
    if (method === 'DELETE' && this.#removed.has(operation)) return { status: 404, body: 'gone' };
    this.entry(operation).applied += 1;
    if (method === 'DELETE') this.#removed.add(operation);
    return { status: method === 'POST' ? 201 : 200, body: `${method} ${operation} done` };
  }
}
