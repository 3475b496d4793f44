import { type Report, type RetryOptions, reportOf, wrapFetch } from '@twicesafe/fetch';
import { wrapKy } from '@twicesafe/ky';
import ky from 'ky';
import { ATTEMPT_MS, type Client, initOf, type Send, type Told } from '../client.ts';

/** Reads the response, and notes what the report says of the effect. */
async function told(settled: Promise<Response>): Promise<Told> {
  let response: Response;
  try {
    response = await settled;
  } catch (error) {
    return { success: false, effect: effectIn(reportOf(error)) };
  }
  const effect = effectIn(reportOf(response));
  const whole = await response.text().then(
    () => true,
    () => false,
  );
  return { success: response.ok && whole, effect };
}

function effectIn(report: Report | undefined): Report['effect'] {
  if (!report) throw new Error('an operation has no report');
  return report.effect;
}

function byFetch(options?: RetryOptions): Send {
  const fetch = wrapFetch(undefined, { attemptTimeoutMs: ATTEMPT_MS, ...options });
  return (message) => told(fetch(message.url, initOf(message)));
}

function byKy(options?: RetryOptions): Send {
  const api = wrapKy(ky.create({ timeout: ATTEMPT_MS }), options);
  return (message) => told(api(message.url, initOf(message)));
}

const TUNED: RetryOptions = { refusedStatuses: [421, 425, 429, 503], bufferResponseBytes: 65_536, budget: 'none' };

export const twicesafe: readonly Client[] = [
  { name: 'twicesafe, fetch', setting: 'installed', send: byFetch() },
  { name: 'twicesafe, ky', setting: 'installed', send: byKy() },
  { name: 'twicesafe, fetch', setting: 'tuned', send: byFetch(TUNED) },
  { name: 'twicesafe, ky', setting: 'tuned', send: byKy(TUNED) },
];
