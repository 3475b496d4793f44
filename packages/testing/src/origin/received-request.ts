import { performance } from 'node:perf_hooks';

/** One request as the origin saw it: a live view, so `body` grows while bytes arrive. */
export interface ReceivedRequest {
  readonly method: string;
  /** The request target as sent, such as `/path?query`. */
  readonly target: string;
  /** By lower-cased name; repeated fields joined with `', '` (RFC 9110 section 5.3). */
  readonly headers: Readonly<Record<string, string>>;
  /** The decoded body so far, without its framing. */
  readonly body: Uint8Array;
  /** The body so far as UTF-8. */
  readonly text: string;
  /** Whether the end of the body has been read. */
  readonly bodyComplete: boolean;
  /** `performance.now()` when the header section had been read. */
  readonly atMs: number;
  /** 1-based number of the connection that carried it. */
  readonly connection: number;
}

/** The header section of a request. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The writing side of a `ReceivedRequest`. */
export interface RequestRecord {
  readonly request: ReceivedRequest;
  append(bytes: Uint8Array): void;
  complete(): void;
}

/** Starts the record of a request whose header section has just been read. */
export function startRecord(head: RequestHead, connection: number): RequestRecord {
  let parts: readonly Uint8Array[] = [];
  let complete = false;
  const joined = (): Buffer => {
    const whole = Buffer.concat(parts);
    parts = [whole];
    return whole;
  };

  // An object literal, not a class: its getters are own properties, which `toEqual` compares and failures print.
  const request: ReceivedRequest = {
    ...head,
    atMs: performance.now(),
    connection,
    get body() {
      return new Uint8Array(joined());
    },
    get text() {
      return joined().toString('utf8');
    },
    get bodyComplete() {
      return complete;
    },
  };

  return {
    request,
    append: (bytes) => {
      parts = [...parts, bytes];
    },
    complete: () => {
      complete = true;
    },
  };
}
