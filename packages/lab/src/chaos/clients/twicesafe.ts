import { wrapAxios } from '@twicesafe/axios';
import { type Report, type RetryOptions, reportOf, wrapFetch } from '@twicesafe/fetch';
import { wrapGot } from '@twicesafe/got';
import { wrapKy } from '@twicesafe/ky';
import { retry } from '@twicesafe/undici';
import axios from 'axios';
import got from 'got';
import ky from 'ky';
import { Agent, request } from 'undici';
import { ATTEMPT_MS, type Client, initOf, type Send, type Told } from '../client.ts';

/** Reads the response, and records the effect in its report. */
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

/** Records the report of a client that reads its responses itself. */
async function toldByClient(
  settled: Promise<{ readonly success: boolean; readonly reported: unknown }>,
): Promise<Told> {
  try {
    const { success, reported } = await settled;
    return { success, effect: effectIn(reportOf(reported)) };
  } catch (error) {
    return { success: false, effect: effectIn(reportOf(error)) };
  }
}

const byAxios = (): Send => {
  const api = wrapAxios(axios.create({ timeout: ATTEMPT_MS, responseType: 'text' }));
  return ({ url, method, headers, body }) =>
    toldByClient(
      api
        .request({ url, method, headers: { ...headers }, data: body })
        .then((reported) => ({ success: true, reported })),
    );
};

const byGot = (): Send => {
  const api = wrapGot(got.extend({ timeout: { request: ATTEMPT_MS } }));
  return ({ url, method, headers, body }) =>
    toldByClient(
      api(url, { method: method as 'GET', headers: { ...headers }, ...(body !== undefined && { body }) }).then(
        (reported) => ({ success: true, reported }),
      ),
    );
};

const byUndici = (): Send => {
  const dispatcher = new Agent({ headersTimeout: ATTEMPT_MS, bodyTimeout: ATTEMPT_MS }).compose(retry());
  return async ({ url, method, headers, body }) => {
    let effect: Told['effect'];
    try {
      const {
        statusCode,
        headers: reported,
        body: stream,
      } = await request(url, {
        method,
        headers: { ...headers },
        body: body ?? null,
        dispatcher,
      });
      effect = effectIn(reportOf(reported));
      await stream.text();
      return { success: statusCode < 300, effect };
    } catch (error) {
      return { success: false, effect: effect ?? effectIn(reportOf(error)) };
    }
  };
};

const TUNED: RetryOptions = { refusedStatuses: [421, 425, 429, 503], bufferResponseBytes: 65_536, budget: 'none' };

export const twicesafe: readonly Client[] = [
  { name: 'twicesafe, fetch', setting: 'installed', send: byFetch() },
  { name: 'twicesafe, ky', setting: 'installed', send: byKy() },
  { name: 'twicesafe, axios', setting: 'installed', send: byAxios() },
  { name: 'twicesafe, got', setting: 'installed', send: byGot() },
  { name: 'twicesafe, undici', setting: 'installed', send: byUndici() },
  { name: 'twicesafe, fetch', setting: 'tuned', send: byFetch(TUNED) },
  { name: 'twicesafe, ky', setting: 'tuned', send: byKy(TUNED) },
];
