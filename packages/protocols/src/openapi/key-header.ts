import type { ProtocolKey } from '../protocol.ts';
import { at, type JsonRecord, numberOf, textOf } from '../shared/json.ts';
import type { DescribedOperation } from './operations.ts';
import { resolved } from './references.ts';

/**
 * Matches `Idempotency-Key`, `X-Idempotency-Key`, `Cko-Idempotency-Key`, `X-GCS-Idempotence-Key`,
 * `X-Payout-Idempotency`, and so on.
 */
const KEY_HEADER = /^(?:[a-z\d]{1,40}-){0,4}idempot(?:ency|ence|ent)(?:-?(?:key|token|id))?$/;
/**
 * Key headers with other names. Excludes `X-Request-Id`, which is for tracing, and Greengrass's `X-Amzn-Client-Token`.
 */
const OTHER_NAMES: ReadonlySet<string> = new Set([
  'paypal-request-id', // https://developer.paypal.com/reference/guidelines/idempotency
  'repeatability-request-id', // https://docs.oasis-open.org/odata/repeatable-requests/v1.0
  'x-amz-client-token', // Smithy's `@idempotencyToken` in Deadline Cloud and S3 directory buckets
]);
/** OASIS Repeatable Requests 1.0 section 2.2. */
const FIRST_SENT = 'repeatability-first-sent';
/** Sample UUIDs of the kind that core makes (RFC 9562 version 4). */
const UUIDS = [
  '00000000-0000-4000-8000-000000000000',
  '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
  'ffffffff-ffff-4fff-bfff-ffffffffffff',
];

/**
 * Returns the idempotency key that an operation declares as a header. Reads only POST and PATCH, because Mollie and
 * Modern Treasury also declare the header on GET.
 *
 * @param names - Additional header names, in lowercase.
 * @param windowMs - How long the server remembers a key, in milliseconds. Descriptions don't contain this.
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

  // In Swagger 2.0, the parameter itself contains the schema's properties.
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

/** Reads Fern's extensions: https://buildwithfern.com/learn/api-definitions/openapi/extensions/idempotency */
function byFern(document: JsonRecord, operation: JsonRecord): JsonRecord | undefined {
  const name = at(document, 'x-fern-idempotency-headers', '0', 'header');
  return operation['x-fern-idempotent'] === true && typeof name === 'string' ? { name } : undefined;
}

/**
 * Compiles a JSON Schema pattern, which should be valid with the flag `u`. Ignores a pattern that is also invalid
 * without the flag.
 */
function compiled(pattern: string, flags = 'u'): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return flags === '' ? undefined : compiled(pattern, '');
  }
}
