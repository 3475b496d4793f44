import { wrapFetch } from '@twicesafe/fetch';
import type { Scheme } from '../scheme.ts';
import type { TakenIntent } from '../stores/store.ts';
import { BoundedSignal } from './bounded-signal.ts';
import { type Answer, judge, messageOf } from './judge.ts';
import type { SendOptions } from './options.ts';
import { requestOf, type SentRequest } from './sent-request.ts';
import type { Verdict } from './settled.ts';

/**
 * Sending stops this long before a key's window ends, because clocks differ and requests take time. At most a tenth of
 * the window.
 */
const MARGIN_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const CONFIRM_MS = 30_000;

/** Sends a request with a client and returns the client's response. */
export type Send = (request: SentRequest) => Promise<unknown>;

/** Makes the function that sends. Called once per worker. */
export function senderOf({ fetch: given, retry, send }: SendOptions, scheme: Scheme): Send {
  if (send) return send;
  const options = { attemptTimeoutMs: 30_000, ...retry, ...(scheme !== 'none' && { idempotencyKey: scheme }) };
  const fetch = given ? wrapFetch(given, options) : wrapFetch(options);
  return async ({ url, method, headers, body, signal, retry: own }) => {
    const init = { method, headers, signal, retry: own, ...(body && { body }) };
    const response = await fetch(url, init);
    // Only the status matters. An unread body would keep the connection busy.
    await response.body?.cancel().catch(() => {});
    return response;
  };
}

/**
 * How much of the key's window is left, in milliseconds. An intent that was never sent has its full window. Without a
 * key, one send has all the time it needs, and another one has none.
 */
function windowLeftMs({ firstSentAt, windowMs, takenAt, inDoubt }: TakenIntent): number {
  if (windowMs === 0) return inDoubt ? 0 : Number.POSITIVE_INFINITY;
  return firstSentAt + windowMs - Math.min(MARGIN_MS, windowMs / 10) - takenAt;
}

/** Sends an intent once with a client and reports the outcome. Never rejects. */
export async function runIntent(
  taken: TakenIntent,
  send: Send,
  options: SendOptions,
  signal: AbortSignal,
): Promise<Verdict> {
  const verdict = await sendWithinWindow(taken, send, options, signal);
  return verdict.state === 'unknown' && options.confirm ? confirmed(taken, options.confirm, verdict, signal) : verdict;
}

async function sendWithinWindow(
  taken: TakenIntent,
  send: Send,
  { prepare }: SendOptions,
  signal: AbortSignal,
): Promise<Verdict> {
  const leftMs = windowLeftMs(taken);
  if (taken.inDoubt && leftMs <= 0)
    return taken.windowMs === 0
      ? withoutKey('an earlier run may have sent the request')
      : { state: 'unknown', why: 'key-window-over', note: 'the server may have forgotten the key' };
  using bounded = new BoundedSignal([signal], Math.max(1, Math.min(Math.floor(leftMs), LONGEST_TIMER_MS)));
  const within = bounded.signal;
  let request: SentRequest;
  try {
    request = await requestOf(taken, within, prepare);
  } catch (error) {
    return { state: 'due', inDoubt: taken.inDoubt, pushbackMs: 0, note: `prepare failed: ${messageOf(error)}` };
  }
  if (within.aborted) return { state: 'due', inDoubt: taken.inDoubt, pushbackMs: 0, note: 'stopped before the send' };
  const answer = await answerOf(send, request);
  const verdict = judge(answer, taken.inDoubt, Date.now());
  const mayDouble = taken.windowMs === 0 && verdict.state === 'due' && verdict.inDoubt;
  return mayDouble ? withoutKey(verdict.note) : verdict;
}

/** Without a key, the server would process another send again. */
function withoutKey(note: string): Verdict {
  return { state: 'unknown', why: 'effect-unknown', note: `${note}; the server takes no key` };
}

async function answerOf(send: Send, request: SentRequest): Promise<Answer> {
  try {
    return { response: await send(request) };
  } catch (error) {
    return { error };
  }
}

async function confirmed(
  taken: TakenIntent,
  confirm: NonNullable<SendOptions['confirm']>,
  verdict: Verdict,
  signal: AbortSignal,
): Promise<Verdict> {
  using bounded = new BoundedSignal([signal], CONFIRM_MS);
  const limit = bounded.signal;
  const given = new Promise<'unknown'>((resolve) =>
    limit.addEventListener('abort', () => resolve('unknown'), { once: true }),
  );
  const asked = (async () => confirm(taken, { signal: limit }))().catch(() => 'unknown' as const);
  const found = await Promise.race([asked, given]);
  if (found === 'applied') return { state: 'done', status: undefined, note: 'confirmed: applied' };
  if (found === 'not-applied') return { state: 'failed', status: undefined, note: 'confirmed: not applied' };
  return verdict;
}
