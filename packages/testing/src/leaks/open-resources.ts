import { getEventListeners } from 'node:events';

const STDIO: ReadonlySet<string> = new Set(['TTYWrap', 'PipeWrap']);

/** What keeps the process alive now, sorted, without stdio: compare it before and after to find what was left behind. */
export function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => !STDIO.has(name))
    .sort();
}

/** How many listeners wait for a signal's abort. */
export function listenersOf(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}
