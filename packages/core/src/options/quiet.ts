/**
 * What the caller's function returned. A promise that isn't allowed here must not end the process when it is rejected.
 */
export function quiet<Value>(returned: Value): Value {
  if (returned instanceof Promise) returned.catch(() => {});
  return returned;
}
