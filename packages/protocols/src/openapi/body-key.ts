import type { ProtocolRequest } from '../protocol.ts';
import { at, isRecord, type JsonRecord, parseJson, textOf } from '../shared/json.ts';
import { mediaTypeOf } from '../shared/media-type.ts';
import type { DescribedOperation } from './operations.ts';
import { resolved } from './references.ts';

/** `idempotency_key` (Square, Plaid), `IdempotencyKey` (Twilio). */
const KEY_PROPERTY = /^idempotency[_-]?(?:key|token)$/i;

/** Returns the names of the idempotency keys that an operation's body may contain. */
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
    .map(({ name }) => textOf(name));
  const properties = [...schemas, ...swagger].flatMap((schema) => propertiesOf(document, schema, new Set()));
  return [...new Set([...properties, ...fields])].filter(
    (name) => KEY_PROPERTY.test(name) || names.has(name.toLowerCase()),
  );
}

/** Whether a body contains one of the keys, as a nonblank string at the top level of a JSON object or a form. */
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

/** Returns the names of a schema's own properties and of those in its `allOf` schemas. Visits each schema once. */
function propertiesOf(document: JsonRecord, value: unknown, seen: Set<JsonRecord>): readonly string[] {
  const schema = resolved(document, value);
  if (seen.has(schema)) return [];
  seen.add(schema);
  const own = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  const parts = Array.isArray(schema.allOf) ? schema.allOf : [];
  return [...own, ...parts.flatMap((part) => propertiesOf(document, part, seen))];
}
