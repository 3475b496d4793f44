/** An operation that a caller wants to take effect once. */
export interface ChaosOperation {
  readonly number: number;
  readonly method: string;
  readonly body: string | undefined;
}

export const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'POST', 'PATCH', 'DELETE'];
/** Queries and mutations in turn. */
export const GRAPHQL: readonly string[] = ['GET', 'POST'];

/** Makes orders, changes, replacements, removals and reads in turn. */
export function operations(count: number, methods: readonly string[]): ChaosOperation[] {
  return Array.from({ length: count }, (_, index) => {
    const method = methods[index % methods.length] ?? 'GET';
    const body = method === 'GET' || method === 'DELETE' ? undefined : `{"operation":${index + 1}}`;
    return { number: index + 1, method, body };
  });
}
