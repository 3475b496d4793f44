import { at, type JsonRecord, textOf } from '../shared/json.ts';

/**
 * The statuses that Speakeasy's extension calls transient. It says nothing about permission: its generator repeats every
 * operation. Ranges such as `5XX` are left to the usual statuses, as 501 and 505 are final.
 *
 * Source: https://www.speakeasy.com/docs/sdks/customize/runtime/retries
 */
export function transientStatusesOf(document: JsonRecord, operation: JsonRecord): readonly number[] {
  const retries = operation['x-speakeasy-retries'] ?? document['x-speakeasy-retries'];
  const statuses = at(retries, 'statusCodes');
  const numbers = Array.isArray(statuses) ? statuses.map((status) => Number(textOf(status) || Number.NaN)) : [];
  return numbers.filter((status) => Number.isInteger(status) && status >= 400 && status <= 599);
}
