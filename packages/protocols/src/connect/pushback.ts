/**
 * Reads `grpc-retry-pushback-ms` (gRFC A6), which is a number of milliseconds or a veto.
 *
 * "If the value is not parseable as a non-negative integer, it is a request not to retry." In contrast, grpc-js 1.14
 * retries immediately for `abc`, because it reads that value as NaN milliseconds.
 *
 * Source: https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
 *
 * @returns Milliseconds, `veto` if the server asks the client not to retry, or undefined if the header is absent.
 */
export function pushbackOf(value: string | null): number | 'veto' | undefined {
  if (value === null) return undefined;
  return /^\d{1,15}$/.test(value.trim()) ? Number(value.trim()) : 'veto';
}
