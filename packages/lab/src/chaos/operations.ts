/** An operation that a caller wants to take effect once. */
export interface ChaosOperation {
  readonly number: number;
  readonly method: string;
  readonly body: string | undefined;
}

const METHODS = ['GET', 'POST', 'PUT', 'POST', 'PATCH', 'DELETE'];

/** Makes orders, changes, replacements, removals and reads in turn. */
export function operations(count: number): ChaosOperation[] {
  return Array.from({ length: count }, (_, index) => {
    const method = METHODS[index % METHODS.length] ?? 'GET';
    const body = method === 'GET' || method === 'DELETE' ? undefined : `{"operation":${index + 1}}`;
    return { number: index + 1, method, body };
  });
}
