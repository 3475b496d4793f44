import { type RetryOptions, reportOf, wrapFetch } from '@twicesafe/fetch';

/** Checks one promise of the contract in the runtime under test. Resolves to the failure, or to undefined. */
export type Check = (url: string) => Promise<string | undefined>;

const client = (options: RetryOptions = {}) => wrapFetch(undefined, { backoff: () => 1, budget: 'none', ...options });

/** A small contract that must hold in every runtime with fetch. `portable.ts` checks the origin's side. */
export const CHECKS = {
  'never earlier than asked': async (url) => {
    const startMs = performance.now();
    const response = await client()(url, { method: 'PUT', body: 'order' });
    const tookMs = performance.now() - startMs;
    // Timers of some runtimes count whole milliseconds.
    return response.ok && tookMs >= 199 ? undefined : `${response.status} after ${tookMs} ms`;
  },
  'thirty days': async (url) => reasonOf(await client()(url), 'pushback-too-long'),
  'deadline too near': async (url) => reasonOf(await client({ deadlineMs: 1000 })(url), 'deadline-too-near'),
  'abort in the wait': async (url) => aborted((signal) => client()(url, { signal })),
  'abort in flight': async (url) => aborted((signal) => client()(url, { signal })),
  'attempt timeout': async (url) => {
    const response = await client({ attemptTimeoutMs: 100 })(url, { method: 'PUT', body: 'order' });
    return response.ok ? undefined : String(response.status);
  },
  'one key on every attempt': async (url) => {
    const response = await client()(url, { method: 'POST', body: 'order', retry: { idempotencyKey: 'order-7' } });
    return response.ok ? undefined : String(response.status);
  },
  'one form on every attempt': async (url) => {
    const form = new FormData();
    form.set('name', 'größe');
    form.set('file', new Blob(['bytes']), 'file.txt');
    const response = await client()(url, { method: 'PUT', body: form });
    return response.ok ? undefined : String(response.status);
  },
  'an answer that breaks off, buffered': async (url) => {
    const response = await client({ bufferResponseBytes: 10_000 })(url);
    const text = await response.text();
    return text === 'ok' ? undefined : text;
  },
} satisfies Readonly<Record<string, Check>>;

function reasonOf(response: Response, expected: string): string | undefined {
  const reason = reportOf(response)?.decision.reason;
  return response.status === 503 && reason === expected ? undefined : `${response.status}, ${reason}`;
}

/** Aborts after a moment. The caller must get its own reason immediately. */
async function aborted(send: (signal: AbortSignal) => Promise<Response>): Promise<string | undefined> {
  const controller = new AbortController();
  const reason = new Error('mine');
  setTimeout(() => controller.abort(reason), 50);
  const settled: unknown = await send(controller.signal).catch((error: unknown) => error);
  return settled === reason ? undefined : String(settled);
}
