import { type Captured, type CaptureLimits, capture, captureBytes } from './capture.ts';

/**
 * How a transaction ended. `fenced`: it was rolled back because another request owns the key. `unknown`: the connection
 * broke during the commit, and the record could not be read.
 */
export type CommitEnd = 'committed' | 'rolled-back' | 'fenced' | 'unknown';

/**
 * A key that this request owns: what a function like `commit` needs in order to store effect and outcome in one
 * transaction.
 */
export interface Held {
  /** The key's name in the store. */
  readonly key: string;
  /** The token that proves ownership. */
  readonly fence: string;
  /** How long to keep the outcome, in milliseconds. */
  readonly keepMs: number;
  /** Whether the response is stored. If false, the transaction must be rolled back. */
  isRecorded(response: Response): boolean;
  /** Reads the response for the store. */
  capture(response: Response): Promise<Captured>;
  /** The same for a response whose bytes are at hand. */
  captureBytes(response: Response, bytes: Uint8Array<ArrayBuffer>): Captured;
  /** Called before the transaction. @throws {Error} If an outcome was already committed. */
  begin(): void;
  /** Called after the transaction, with the outcome if it was committed. */
  end(end: CommitEnd, outcome?: string): void;
}

/** The handler's side of {@link Held}. */
export class HeldKey implements Held {
  readonly key: string;
  readonly fence: string;
  readonly keepMs: number;
  readonly #settings: CaptureLimits & { readonly record: (response: Response) => boolean };
  #hasBegun = false;
  #ended: CommitEnd | undefined;
  #committed = '';

  constructor(
    owned: Pick<Held, 'key' | 'fence' | 'keepMs'>,
    settings: CaptureLimits & { readonly record: (response: Response) => boolean },
  ) {
    this.key = owned.key;
    this.fence = owned.fence;
    this.keepMs = owned.keepMs;
    this.#settings = settings;
  }

  /** How the last transaction ended. Undefined without a transaction, or before it ends. */
  get ended(): CommitEnd | undefined {
    return this.#ended;
  }

  /** Whether a transaction may have settled the record, so that the store rightly stops extending the lease. */
  get isSettling(): boolean {
    return this.#hasBegun && (this.#ended === undefined || this.#ended === 'committed');
  }

  /** The outcome that was committed. Empty unless the last transaction was. */
  get committed(): string {
    return this.#committed;
  }

  isRecorded(response: Response): boolean {
    return this.#settings.record(response);
  }

  capture(response: Response): Promise<Captured> {
    return capture(response, this.#settings);
  }

  captureBytes(response: Response, bytes: Uint8Array<ArrayBuffer>): Captured {
    return captureBytes(response, bytes, this.#settings);
  }

  begin(): void {
    if (this.#ended === 'committed') throw new Error('the outcome of this key was committed already: commit only once');
    this.#hasBegun = true;
    this.#ended = undefined;
  }

  end(end: CommitEnd, outcome = ''): void {
    this.#ended = end;
    this.#committed = outcome;
  }
}
