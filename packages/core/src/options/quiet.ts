/** What a function of the caller's returned. A promise where none is allowed must not end the process when it is rejected. */
export function quiet<Value>(returned: Value): Value {
  if (returned instanceof Promise) returned.catch(() => {});
  return returned;
}
