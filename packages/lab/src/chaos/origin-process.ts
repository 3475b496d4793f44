import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Entry } from './ledger.ts';

/** A running ledger origin. */
export interface OriginProcess extends AsyncDisposable {
  readonly url: string;
  /** Returns the origin's record of each operation. */
  ledger(): Promise<Map<number, Entry>>;
  /** Returns a URL whose port stays closed for a moment. */
  closedForNow(): Promise<string>;
}

/** Starts a ledger origin in a separate process, so that it doesn't slow down the client under test. */
export async function startOrigin(seed: number, honoursKeys: boolean): Promise<OriginProcess> {
  const child = fork(join(import.meta.dirname, 'origin.ts'), [String(seed), honoursKeys ? 'honoured' : 'ignored']);
  const [url] = (await once(child, 'message')) as [string];
  const ask = async (what: string): Promise<unknown> => (await fetch(`${url}/control/${what}`)).json();
  return {
    url,
    ledger: async () => new Map((await ask('ledger')) as [number, Entry][]),
    closedForNow: async () => `http://127.0.0.1:${await ask('closed-port')}`,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
