/** The fields of an error that the tables read; `name` and `message` too, so that a record can stand for an error. */
export interface FailureFields {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
}

/** A real Error with these fields. */
export function failure({ message = '', ...fields }: FailureFields, cause?: unknown): Error {
  return Object.assign(new Error(message, cause === undefined ? {} : { cause }), fields);
}

/** What Node's fetch rejects with. */
export function fetchFailed(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause });
}

/** What ky 2 rejects with. */
export function kyNetworkError(cause: unknown): Error {
  return failure(
    { name: 'NetworkError', message: 'Request failed due to a network error: POST http://127.0.0.1:1/' },
    cause,
  );
}

/** A connect(2) that failed in Node. */
export function connectFailure(code: string = 'ECONNREFUSED'): Error {
  return failure({ message: `connect ${code} 127.0.0.1:9999`, code, errno: -111, syscall: 'connect' });
}
