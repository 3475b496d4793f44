import type { ProtocolKey } from '../protocol.ts';
import { at, type JsonRecord, numberOf, textOf } from '../shared/json.ts';
import type { DescribedOperation } from './operations.ts';
import { resolved } from './references.ts';

/** `Idempotency-Key`, `X-Idempotency-Key`, `Cko-Idempotency-Key`, `X-GCS-Idempotence-Key`, `X-Payout-Idempotency` and the like. */
const KEY_HEADER = /^(?:[a-z\d]{1,40}-){0,4}idempot(?:ency|ence|ent)(?:-?(?:key|token|id))?$/;
/** Headers that are keys by another name. Not `X-Request-Id`, which is for tracing, nor Greengrass's `X-Amzn-Client-Token`. */
const OTHER_NAMES: ReadonlySet<string> = new Set([
  'paypal-request-id', // https://developer.paypal.com/reference/guidelines/idempotency
  'repeatability-request-id', // https://docs.oasis-open.org/odata/repeatable-requests/v1.0
  'x-amz-client-token', // Smithy's `@idempotencyToken` in Deadline Cloud and S3 directory buckets
]);
/** OASIS Repeatable Requests 1.0 section 2.2. */
const FIRST_SENT = 'repeatability-first-sent';
/** Random UUIDs as core makes them (RFC 9562 version 4). */
const UUIDS = [
  '00000000-0000-4000-8000-000000000000',
  '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
  'ffffffff-ffff-4fff-bfff-ffffffffffff',
];

/**
 * The key that an operation declares as a header, for POST and PATCH only: Mollie and Modern Treasury declare theirs on GET too.
 *
 * @param names - Further header names, in lower case.
 * @param windowMs - For how long the server remembers a key. No description says so.
 */
export function keyHeaderOf(
  document: JsonRecord,
  { method, operation, parameters }: DescribedOperation,
  names: ReadonlySet<string>,
  windowMs: number | undefined,
): ProtocolKey | undefined {
  if (method !== 'POST' && method !== 'PATCH') return undefined;
  const headers = parameters.filter((parameter) => parameter.in === 'header' && typeof parameter.name === 'string');
  const named = (wanted: (name: string) => boolean) => headers.find(({ name }) => wanted(textOf(name).toLowerCase()));
  const declared =
    named((name) => KEY_HEADER.test(name) || OTHER_NAMES.has(name) || names.has(name)) ?? byFern(document, operation);
  if (!declared) return undefined;

  // Swagger 2.0 has the schema's members in the parameter itself.
  const schema = declared.schema === undefined ? declared : resolved(document, declared.schema);
  const longest = numberOf(schema.maxLength);
  const pattern = typeof schema.pattern === 'string' ? compiled(schema.pattern) : undefined;
  const first = named((name) => name === FIRST_SENT)?.name;
  const fits = UUIDS.every(
    (uuid) => !(longest < uuid.length || numberOf(schema.minLength) > uuid.length) && (pattern?.test(uuid) ?? true),
  );
  return {
    scheme: {
      header: textOf(declared.name),
      methods: [method],
      ...(Number.isSafeInteger(longest) && longest > 0 && { maxLength: longest }),
      ...(pattern && { pattern }),
      ...(typeof first === 'string' && { firstSentHeader: first }),
      ...(windowMs !== undefined && { windowMs }),
    },
    make: fits && !Array.isArray(schema.enum) ? (declared.required === true ? 'always' : 'for-retries') : 'never',
  };
}

/** Fern's extensions: https://buildwithfern.com/learn/api-definitions/openapi/extensions/idempotency */
function byFern(document: JsonRecord, operation: JsonRecord): JsonRecord | undefined {
  const name = at(document, 'x-fern-idempotency-headers', '0', 'header');
  return operation['x-fern-idempotent'] === true && typeof name === 'string' ? { name } : undefined;
}

/** A pattern of JSON Schema, which should be valid with the flag `u`. One that isn't valid without it either says nothing. */
function compiled(pattern: string, flags = 'u'): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return flags === '' ? undefined : compiled(pattern, '');
  }
}
