/** Smithy traits, as bits of a number or as properties: https://smithy.io/2.0/spec/behavior-traits.html */
type Traits = number | { readonly idempotent?: unknown; readonly idempotencyToken?: unknown };

/** A structure: kind, namespace, name, traits, member names, and member schemas with or without traits. */
type Structure = readonly [3, string, string, Traits, readonly string[], readonly unknown[]];

/** An operation: kind, namespace, name, traits, input, output. */
type OperationSchema = readonly [9, string, string, Traits, Structure | (() => Structure), unknown];

const IDEMPOTENT = 2;
const IDEMPOTENCY_TOKEN = 4;

/**
 * Whether an operation's schema declares duplicates harmless. Either the operation is idempotent, or its input has a
 * token that the service uses to recognize duplicates. If the caller omits the token, the SDK generates it.
 */
export function saysRepeatable(schema: unknown): boolean {
  if (!Array.isArray(schema) || schema[0] !== 9) return false;
  const [, , , traits, given] = schema as unknown as OperationSchema;
  if (has(traits, IDEMPOTENT, 'idempotent')) return true;
  const input = typeof given === 'function' ? given() : given;
  if (!Array.isArray(input) || input[0] !== 3) return false;
  const members = (input as unknown as Structure)[5];
  return members.some((member) => isWithTraits(member) && has(member[1], IDEMPOTENCY_TOKEN, 'idempotencyToken'));
}

/** Whether a member is a pair of a schema and traits, instead of a schema alone. */
function isWithTraits(member: unknown): member is readonly [unknown, Traits] {
  return Array.isArray(member) && member.length === 2;
}

function has(traits: Traits, bit: number, name: 'idempotent' | 'idempotencyToken'): boolean {
  return typeof traits === 'number' ? (traits & bit) !== 0 : Boolean(traits?.[name]);
}
