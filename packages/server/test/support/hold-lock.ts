import { fork } from 'node:child_process';
import { once } from 'node:events';

const HOLDER = new URL('lock-holder.ts', import.meta.url);

/** Has another process hold the write lock of a SQLite file. Resolves when it does, with a promise of its end. */
export async function holdLock(path: string, ms: number): Promise<{ readonly released: Promise<unknown> }> {
  const child = fork(HOLDER, [path, String(ms)]);
  const released = once(child, 'exit');
  await once(child, 'message');
  return { released };
}
