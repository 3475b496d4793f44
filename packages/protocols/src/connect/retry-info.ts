import { at } from '../shared/json.ts';
import { secondsToMs } from '../shared/seconds.ts';
import { bytesOf, fieldsOf } from './protobuf.ts';

const RETRY_INFO = 'google.rpc.RetryInfo';

/**
 * The wait in the details of a Connect error: `google.rpc.RetryInfo`, field 1, a `Duration`.
 *
 * Source: https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
 *
 * @param details - The member `details` of the error: a list of `{ type, value }`, each value in base64.
 * @returns Milliseconds, or undefined if there is no such detail, or it has no time above zero.
 */
export function retryInfoMs(details: unknown): number | undefined {
  const found = Array.isArray(details) ? details.find((detail) => at(detail, 'type') === RETRY_INFO) : undefined;
  const value = at(found, 'value');
  const bytes = typeof value === 'string' ? bytesOf(value) : undefined;
  return delayMs(bytes);
}

/**
 * The wait in `grpc-status-details-bin`: a `google.rpc.Status` whose field 3 holds details, each an `Any`.
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

/** The texts, bytes and messages of a field. */
function messagesIn(bytes: Uint8Array | undefined, field: number): readonly Uint8Array[] {
  const fields = (bytes && fieldsOf(bytes)) ?? [];
  return fields.flatMap(([number, value]) => (number === field && value instanceof Uint8Array ? [value] : []));
}

function numberIn(bytes: Uint8Array | undefined, field: number): number {
  const fields = (bytes && fieldsOf(bytes)) ?? [];
  const value = fields.findLast(([number]) => number === field)?.[1];
  return typeof value === 'number' ? value : 0;
}
