/**
 * Thrown or returned by a handler that certainly changed nothing. The client gets the response and may send the same
 * key again, because the response isn't stored.
 *
 * @example
 * if (await isClosedForTheNight()) throw new NotApplied(new Response('closed', { status: 409 }));
 */
export class NotApplied extends Error {
  override readonly name = 'NotApplied';
  readonly code = 'not-applied';
  /** What the client gets. */
  readonly response: Response;

  /** @throws {TypeError} If `response` is not a Response. */
  constructor(response: Response) {
    super('The handler did nothing, so the idempotency key may be used again');
    if (!(response instanceof Response)) throw new TypeError('NotApplied needs the Response for the client');
    this.response = response;
  }
}
