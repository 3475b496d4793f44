import { at } from '../shared/json.ts';
import { secondsToMs } from '../shared/seconds.ts';
import { bytesOf, fieldsOf } from './protobuf.ts';

const RETRY_INFO = 'google.rpc.RetryInfo';

/**
 * Reads the wait in a Connect error's details: field 1 of `google.rpc.RetryInfo`, a `Duration`.
 *
 * Source: https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
 *
 * @param details - The error's `details` property, which is a list of `{ type, value }` with values in base64.
 * @returns Milliseconds, or undefined without such a detail, or if its duration isn't above zero.
 */
export function retryInfoMs(details: unknown): number | undefined {
  const found = Array.isArray(details) ? details.find((detail) => at(detail, 'type') === RETRY_INFO) : undefined;
  const value = at(found, 'value');
  const bytes = typeof value === 'string' ? bytesOf(value) : undefined;
  return delayMs(bytes);
}

/**
 * Reads the wait in `grpc-status-details-bin`, a `google.rpc.Status`. Its field 3 holds the details, each of which is
 * an `Any`.
 *
 * @param header - The header's value, in base64.
 */
export function statusDetailsMs(header: string | null): number | undefined {
  const bytes = header === null ? undefined : bytesOf(header);
  const details = messagesIn(bytes, 3).map((any) => ({ type: messagesIn(any, 1)[0], value: messagesIn(any, 2)[0] }));
  const found = details.find(({ type }) => new TextDecoder().decode(type).endsWith(`/${RETRY_INFO}`));
  return found && delayMs(found.value);
}

function delayMs(retryInfo: Uint8Array | undefined): number | undefined {
  const [duration] = messagesIn(retryInfo, 1);
  const [seconds = 0, nanos = 0] = [1, 2].map((number) => numberIn(duration, number));
  return secondsToMs(seconds + nanos / 1e9);
}

/** Returns the length-prefixed values of a field, which are strings, bytes and messages. */
function messagesIn(bytes: Uint8Array | undefined, field: number): readonly Uint8Array[] {
  const fields = (bytes && fieldsOf(bytes)) ?? [];
  return fields.flatMap(([number, value]) => (number === field && value instanceof Uint8Array ? [value] : []));
}

function numberIn(bytes: Uint8Array | undefined, field: number): number {
  const fields = (bytes && fieldsOf(bytes)) ?? [];
  const value = fields.findLast(([number]) => number === field)?.[1];
  return typeof value === 'number' ? value : 0;
}
