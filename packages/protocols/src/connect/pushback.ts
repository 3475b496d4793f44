/**
 * Reads `grpc-retry-pushback-ms` (gRFC A6): a number of milliseconds, or a veto.
 *
 * "If the value is not parseable as a non-negative integer, it is a request not to retry." grpc-js 1.14 retries at once for
 * `abc`, because it takes the value for NaN milliseconds.
 *
 * Source: https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
 *
 * @returns `veto` if the server asks not to retry; undefined if it says nothing.
 */
export function pushbackOf(value: string | null): number | 'veto' | undefined {
  if (value === null) return undefined;
  return /^\d{1,15}$/.test(value.trim()) ? Number(value.trim()) : 'veto';
}
