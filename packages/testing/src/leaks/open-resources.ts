import { getEventListeners } from 'node:events';

const STDIO: ReadonlySet<string> = new Set(['TTYWrap', 'PipeWrap']);

/**
 * Lists the resources that keep the process alive now, sorted and without stdio. Compare lists to find leaks.
 *
 * @example
 * const timers = () => openResources().filter((name) => name === 'Timeout').length;
 * const before = timers();
 * await placeOrder(origin.url);
 * expect(timers()).toBe(before);
 */
export function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => !STDIO.has(name))
    .sort();
}

/**
 * Counts the abort listeners of a signal.
 *
 * @example
 * const { signal } = new AbortController();
 * await placeOrder(origin.url, { signal });
 * expect(listenersOf(signal)).toBe(0);
 */
export function listenersOf(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}
