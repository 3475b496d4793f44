/** Ends a switch over a union. If the switch omits a member, the code doesn't compile. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
