import { wait } from './wait.ts';

const FIRST_PAUSE_MS = 20;
const PAUSE_GROWTH = 1.6;
const LONGEST_PAUSE_MS = 250;

/**
 * Calls `look` until it gives an answer, with growing pauses.
 *
 * @param waitMs - For how long, in milliseconds.
 * @returns The response, or undefined if it is missing after `waitMs`.
 */
export async function waitInTurns<Answer>(
  waitMs: number,
  look: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const waitUntil = performance.now() + waitMs;
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    const answer = await look();
    const leftMs = waitUntil - performance.now();
    if (answer !== undefined || leftMs <= 0) return answer;
    await wait(Math.min(pauseMs, leftMs));
    pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS);
  }
}
