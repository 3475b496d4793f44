import type { OperationKey } from '../keys/operation-key.ts';
import type { Operation } from './operation.ts';
import { timeLimitOf } from './time-limit.ts';

/**
 * The headers that the next attempt sends in addition to the caller's own. They contain the key, the credential, the
 * number of the attempt and the time left.
 *
 * @example
 * for (const [name, value] of attemptHeaders(operation)) headers.set(name, value);
 */
export function attemptHeaders(operation: Operation): OperationKey['headers'] {
  const { settings, privateHeaders, nextAttempt } = operation;
  const { attemptHeader, timeLeftHeader } = settings;
  if (attemptHeader === undefined && timeLeftHeader === undefined) return privateHeaders;
  const headers = [...privateHeaders];
  if (attemptHeader !== undefined) headers.push([attemptHeader, String(nextAttempt)]);
  if (timeLeftHeader === undefined) return headers;
  const limit = timeLimitOf(operation);
  if (limit) headers.push([timeLeftHeader, String(Math.max(0, Math.floor(limit.ms)))]);
  return headers;
}
