/**
 * Thrown by `commit`, `commitSync` and `transaction` if the key went to another request while this one worked. The
 * transaction was rolled back. Let it pass: the handler then answers with the other request's response.
 */
export class Fenced extends Error {
  override readonly name = 'Fenced';
  readonly code = 'fenced';

  constructor() {
    super('Another request owns this idempotency key now, so the transaction was rolled back');
  }
}
