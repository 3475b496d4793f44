import { vi } from 'vitest';

// The real one: digests run on a thread, which no fake clock drives.
const nextTurn = setImmediate;

/** Lets fake time pass until a promise is settled. */
export async function settled<Value>(promise: Promise<Value>): Promise<Value> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  while (!isSettled) {
    await turn();
    await vi.advanceTimersByTimeAsync(1);
  }
  return promise;
}

/** Lets what is not driven by the fake clock happen. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void nextTurn(resolve));
}
