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
  return bytes && delayMs(bytes);
}

/**
 * The wait in `grpc-status-details-bin`: a `google.rpc.Status` whose field 3 holds details, each an `Any`.
 *
 * @param header - The header's value, in base64.
 */
export function statusDetailsMs(header: string | null): number | undefined {
  const bytes = header === null ? undefined : bytesOf(header);
  // With several details the last one is read: servers that ask for a wait send it alone or at the end.
  const detail = bytes && fieldsOf(bytes)?.get(3);
  const any = detail instanceof Uint8Array ? fieldsOf(detail) : undefined;
  const [type, value] = [any?.get(1), any?.get(2)];
  if (!(type instanceof Uint8Array) || !(value instanceof Uint8Array)) return undefined;
  return new TextDecoder().decode(type).endsWith(`/${RETRY_INFO}`) ? delayMs(value) : undefined;
}

function delayMs(retryInfo: Uint8Array): number | undefined {
  const delay = fieldsOf(retryInfo)?.get(1);
  const duration = delay instanceof Uint8Array ? fieldsOf(delay) : undefined;
  return duration && secondsToMs(Number(duration.get(1) ?? 0) + Number(duration.get(2) ?? 0) / 1e9);
}
