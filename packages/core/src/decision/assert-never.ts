/** Ends a switch over a union: it does not compile when a member was forgotten. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
