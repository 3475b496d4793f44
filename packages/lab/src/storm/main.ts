/**
 * Runs a storm in real time: a server loses most of its capacity for some seconds while new operations keep starting.
 * Compares clients that retry in different ways. `--write` updates the table and the picture in docs/pacing.md, and
 * `--short` is for CI.
 */
import { writeFileSync } from 'node:fs';
import { wrapAxios } from '@twicesafe/axios';
import { budgets, wrapFetch } from '@twicesafe/fetch';
import { wrapGot } from '@twicesafe/got';
import { wrapKy } from '@twicesafe/ky';
import { serve } from '@twicesafe/testing';
import { retry } from '@twicesafe/undici';
import axios from 'axios';
import axiosRetry from 'axios-retry';
import got from 'got';
import ky from 'ky';
import pRetry from 'p-retry';
import { Agent, type Dispatcher, interceptors, RetryAgent, request } from 'undici';
import { stormPicture } from '../pictures/storm.ts';
import { writeBetween } from '../write-between.ts';
import { RetryTally } from './retry-tally.ts';
import { STORM, Storm, type StormPlan, type StormResult } from './storm.ts';

type Send = (url: string) => Promise<{ readonly ok: boolean }>;

const short = process.argv.includes('--short');
const plan: StormPlan = short
  ? {
      ...STORM,
      operationsPerSecond: 200,
      fairCapacity: 240,
      poorCapacity: 48,
      calmMs: 500,
      outageMs: 1500,
      afterMs: 1500,
    }
  : STORM;

const everything: Send = (url) =>
  pRetry(
    async () => {
      const response = await fetch(url);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(String(response.status));
      return response;
    },
    { retries: 3, minTimeout: 100, randomize: true },
  );

/** For clients that throw for a status that is no success. */
const byThrowing =
  (get: (url: string) => Promise<unknown>): Send =>
  async (url) => {
    await get(url);
    return { ok: true };
  };

const byUndici =
  (dispatcher: Dispatcher): Send =>
  async (url) => {
    const { statusCode, body } = await request(url, { dispatcher });
    await body.dump();
    return { ok: statusCode < 300 };
  };

const withAxiosRetry = (): Send => {
  const api = axios.create();
  axiosRetry(api, { retryDelay: axiosRetry.exponentialDelay });
  return byThrowing((url) => api.get(url));
};

const withWrappedAxios = (): Send => {
  const api = wrapAxios(axios.create());
  return byThrowing((url) => api.get(url));
};

const withGot = (client: typeof got): Send => byThrowing((url) => client(url));

/** The number of retries that a full default bucket pays for. */
const BURST = 50;

/** The clients with the default budget. */
const BUDGETED = {
  'twicesafe, fetch': true,
  'twicesafe, ky': true,
  'twicesafe, axios': true,
  'twicesafe, got': true,
  'twicesafe, undici': true,
};

const clients: Readonly<Record<string, () => Send>> = {
  'twicesafe, fetch': () => wrapFetch(),
  'twicesafe, ky': () => wrapKy(ky),
  'twicesafe, axios': withWrappedAxios,
  'twicesafe, got': () => withGot(wrapGot(got)),
  'twicesafe, undici': () => byUndici(new Agent().compose(retry())),
  'twicesafe, budgets.window()': () => wrapFetch(undefined, { budget: budgets.window() }),
  "twicesafe, budget: 'none'": () => wrapFetch(undefined, { budget: 'none' }),
  'bare fetch': () => fetch,
  ky: () => ky,
  'axios + axios-retry, exponential delay': withAxiosRetry,
  got: () => withGot(got),
  "undici's retry interceptor": () => byUndici(new Agent().compose(interceptors.retry())),
  "undici's RetryAgent": () => byUndici(new RetryAgent(new Agent())),
  'p-retry, everything 3 times': () => everything,
};

async function storm(send: Send, tally: RetryTally): Promise<StormResult> {
  const weather = new Storm(plan, {
    now: () => performance.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  });
  await using server = await serve(({ url = '' }, response) => {
    const status = weather.answer();
    tally.add(url, status);
    response.writeHead(status).end('so far');
  });
  const url = `${server.url}orders`;
  let operations = 0;
  return await weather.rage(() =>
    send(`${url}/${operations++}`).then(
      (response) => response.ok,
      () => false,
    ),
  );
}

const rows = [
  '| client | requests per operation in the outage | served in it | its operations that ended well | requests per operation, a second after | failed then |',
  '|---|---|---|---|---|---|',
];
for (const [name, make] of Object.entries(clients)) {
  if (short && !name.startsWith('twicesafe')) continue;
  const tally = new RetryTally();
  const result = await storm(make(), tally);
  const { requestsPerOperation, served, recovered, requestsPerOperationAfter, failedAfter } = result;
  const row = `| ${name} | ${requestsPerOperation.toFixed(2)} | ${served} | ${recovered} | ${requestsPerOperationAfter.toFixed(2)} | ${failedAfter} |`;
  if (rows.length === 2) console.log(rows.join('\n'));
  console.log(row);
  rows.push(row);
  // Count retries instead of timing them, because requests arrive late on a busy machine. A bucket limits them at any
  // speed.
  if (name in BUDGETED && tally.unpaid > BURST) {
    console.log(`  WRONG: ${tally.unpaid.toFixed(1)} retries that no success paid for, and the bucket holds ${BURST}`);
    process.exitCode = 1;
  }
}
if (process.argv.includes('--write')) {
  const page = writeBetween('pacing.md', 'storm', rows.join('\n'));
  writeFileSync(new URL('../../../../docs/storm.svg', import.meta.url), stormPicture(page));
}
