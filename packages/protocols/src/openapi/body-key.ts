import type { ProtocolRequest } from '../protocol.ts';
import { at, isRecord, type JsonRecord, parseJson } from '../shared/json.ts';
import { mediaTypeOf } from '../shared/media-type.ts';
import type { DescribedOperation } from './operations.ts';
import { resolved } from './references.ts';

/** `idempotency_key` (Square, Plaid), `IdempotencyKey` (Twilio). */
const KEY_PROPERTY = /^idempotency[_-]?(?:key|token)$/i;
const DEEPEST = 8;

/** The names of the idempotency keys that the body of an operation may have. */
export function bodyKeysOf(
  document: JsonRecord,
  described: DescribedOperation,
  names: ReadonlySet<string>,
): readonly string[] {
  const content = resolved(document, described.operation.requestBody).content;
  const schemas = isRecord(content) ? Object.values(content).map((media) => at(media, 'schema')) : [];
  const swagger = described.parameters
    .filter((parameter) => parameter.in === 'body')
    .map((parameter) => parameter.schema);
  const fields = described.parameters
    .filter((parameter) => parameter.in === 'formData')
    .map(({ name }) => String(name));
  const properties = [...schemas, ...swagger].flatMap((schema) => propertiesOf(document, schema, 0));
  return [...new Set([...properties, ...fields])].filter(
    (name) => KEY_PROPERTY.test(name) || names.has(name.toLowerCase()),
  );
}

/** Whether a body holds one of the keys: a string that is not empty, at the top of a JSON object or a form. */
export function holdsKey(request: ProtocolRequest, keys: readonly string[]): boolean {
  const text = request.body();
  if (text === undefined) return false;
  const form = mediaTypeOf(request.headers) === 'application/x-www-form-urlencoded' && new URLSearchParams(text);
  const payload = form ? undefined : parseJson(text);
  return keys.some((key) => {
    const value = form ? form.get(key) : at(payload, key);
    return typeof value === 'string' && value.trim() !== '';
  });
}

/** The names of a schema's own properties, with those of the schemas that it combines by `allOf`. */
function propertiesOf(document: JsonRecord, value: unknown, depth: number): readonly string[] {
  if (depth > DEEPEST) return [];
  const { properties, allOf } = resolved(document, value);
  const parts = Array.isArray(allOf) ? allOf : [];
  return [
    ...(isRecord(properties) ? Object.keys(properties) : []),
    ...parts.flatMap((part) => propertiesOf(document, part, depth + 1)),
  ];
}
