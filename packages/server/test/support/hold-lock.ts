import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Has another process hold the write lock of a SQLite file. Resolves when it does, with a promise of its end. */
export async function holdLock(path: string, ms: number): Promise<{ readonly released: Promise<unknown> }> {
  const child = fork(join(import.meta.dirname, 'lock-holder.ts'), [path, String(ms)]);
  const released = once(child, 'exit');
  await once(child, 'message');
  return { released };
}
