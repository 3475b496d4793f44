import type { Operation } from './operation.ts';
import { timeLimitOf } from './time-limit.ts';

/** What the options tell the server of the attempt that is about to be sent. */
export function attemptFields(operation: Operation, number: number): [name: string, value: string][] {
  const { attemptHeader, timeLeftHeader } = operation.settings;
  const fields: [string, string][] = [];
  if (attemptHeader !== undefined) fields.push([attemptHeader, String(number)]);
  const limit = timeLeftHeader === undefined ? undefined : timeLimitOf(operation);
  if (timeLeftHeader !== undefined && limit) fields.push([timeLeftHeader, String(Math.max(0, Math.floor(limit.ms)))]);
  return fields;
}
