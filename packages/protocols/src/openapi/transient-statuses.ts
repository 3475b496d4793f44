import { at, type JsonRecord, textOf } from '../shared/json.ts';

/**
 * Returns the statuses that Speakeasy's extension lists as transient. The extension isn't permission to retry, because
 * its generator retries every operation. Ranges such as `5XX` are ignored and the usual statuses apply, because 501 and
 * 505 are final.
 *
 * Source: https://www.speakeasy.com/docs/sdks/customize/runtime/retries
 */
export function transientStatusesOf(document: JsonRecord, operation: JsonRecord): readonly number[] {
  const retries = operation['x-speakeasy-retries'] ?? document['x-speakeasy-retries'];
  const statuses = at(retries, 'statusCodes');
  const numbers = Array.isArray(statuses) ? statuses.map((status) => Number(textOf(status) || Number.NaN)) : [];
  return numbers.filter((status) => Number.isInteger(status) && status >= 400 && status <= 599);
}
