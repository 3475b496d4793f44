import { failureCode } from './raw-client.ts';

/**
 * What fetch sees of the answer to a POST: its status and body, `torn` for a body that breaks off, the code of its
 * failure, or `silence` after `silenceMs`.
 */
export async function seen(url: string, silenceMs = 10_000): Promise<unknown> {
  const signal = AbortSignal.timeout(silenceMs);
  return await fetch(url, { method: 'POST', body: 'order', redirect: 'manual', signal }).then(
    async (response) => [response.status, await response.text().catch(() => 'torn')],
    async (error) => (error.name === 'TimeoutError' ? 'silence' : await failureCode(Promise.reject(error))),
  );
}

/**
 * How long to wait for an answer: less than `slow` takes where none is expected, and long enough for the effect on a
 * busy machine.
 */
export function patienceFor(answer: unknown): number {
  return answer === 'silence' ? 600 : 10_000;
}
