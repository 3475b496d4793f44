import { explain, keys, type RetryEvent, type RetryOptions, reportOf } from '@twicesafe/fetch';
import { setupWorker } from 'msw/browser';
import { PLAYED } from './clients.ts';
import { type Arrival, PlaygroundOrigin } from './origin.ts';
import type { Scenario } from './scenario.ts';

/** One line of a timeline. */
export interface Line {
  readonly atMs: number;
  readonly text: string;
  /** The reason of a decision, which has a page. */
  readonly reason?: string;
}

/** What one client did, and what the origin saw. */
export interface Timeline {
  readonly lines: readonly Line[];
  readonly arrivals: readonly Arrival[];
  /** What the caller got. */
  readonly result: string;
  /** The paragraph of `explain`. */
  readonly explanation?: string;
}

const worker = setupWorker();
let started: Promise<unknown> | undefined;

/** Plays a scenario twice in this browser: with a client that retries everything, and with twicesafe. */
export async function play(scenario: Scenario, base: string): Promise<{ bare: Timeline; twicesafe: Timeline }> {
  started ??= worker.start({
    serviceWorker: { url: `${base}mockServiceWorker.js` },
    onUnhandledFrame: 'bypass',
    quiet: true,
  });
  await started;
  return {
    bare: await onOrigin(`${location.origin}${base}origin/bare`, scenario, playBare),
    twicesafe: await onOrigin(`${location.origin}${base}origin/twicesafe`, scenario, playTwicesafe),
  };
}

type Player = (
  note: (text: string, reason?: string) => void,
  scenario: Scenario,
  url: string,
) => Promise<Omit<Timeline, 'lines' | 'arrivals'>>;

async function onOrigin(url: string, scenario: Scenario, player: Player): Promise<Timeline> {
  const origin = new PlaygroundOrigin(url, scenario.faults);
  const startMs = performance.now();
  const lines: Line[] = [];
  worker.use(origin.handler);
  const note = (text: string, reason?: string): void => {
    lines.push({ atMs: performance.now() - startMs, text, ...(reason !== undefined && { reason }) });
  };
  const played = await player(note, scenario, url);
  worker.resetHandlers();
  return { ...played, lines, arrivals: origin.arrivals };
}

/** Up to three requests, whatever the method and whatever came back. */
const playBare: Player = async (note, { client, method, key }, url) => {
  const headers: Record<string, string> = key ? { 'Idempotency-Key': 'order-7' } : {};
  let result = '';
  for (let attempt = 1; attempt <= 3; attempt++) {
    note(`Request ${attempt}: ${method}`);
    const status = await PLAYED[client].bare(url, { method, headers }).then(
      ({ status }) => status,
      () => 0,
    );
    result = status === 0 ? 'an error' : `status ${status}`;
    note(status === 0 ? 'The connection broke' : `Status ${status}`);
    if (status >= 200 && status < 300) break;
    if (attempt < 3) await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return { result };
};

const playTwicesafe: Player = async (note, { client, method, key }, url) => {
  const options: RetryOptions = {
    onEvent: (event) => noteEvent(event, note),
    ...(key && { idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) }),
  };
  const send = PLAYED[client].wrapped(options);
  const settled: unknown = await send(url, { method }).catch((error: unknown) => error);
  // The clients' errors hold the response, if there was one.
  const { status } =
    settled instanceof Error
      ? ((settled as { response?: { status: number } }).response ?? {})
      : (settled as { status?: number });
  return {
    result: `${status === undefined ? 'an error' : `status ${status}`}, effect: ${reportOf(settled)?.effect}`,
    explanation: explain(settled),
  };
};

function noteEvent(event: RetryEvent, note: (text: string, reason?: string) => void): void {
  if (event.type === 'attempt-start') note(`Request ${event.number}: ${event.method}`);
  if (event.type === 'retry-scheduled' && event.decision.action === 'retry')
    note(`Waits ${Math.round(event.decision.waitMs)} ms, then retries`, event.decision.reason);
  if (event.type === 'attempt-end') {
    const { outcome, decision } = event.attempt;
    note(outcome.type === 'response' ? `Status ${outcome.status}` : 'The connection broke');
    if (decision.action === 'stop') note(decision.reason === 'succeeded' ? 'Done' : 'Stops', decision.reason);
  }
}
