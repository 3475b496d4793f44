import {
  hang,
  type RequestAct,
  rejectionOf,
  resetAfterReading,
  stalledBody,
  status,
  VirtualClock,
} from '@twicesafe/testing';
import ky, { type Hooks, isHTTPError } from 'ky';
import { expect, test } from 'vitest';
import { bodyJudge, type RetryOptions, reportOf } from '../src/index.ts';
import { stageFor } from './support.ts';

/** Takes each success for trouble, whatever its body is. */
const troubled: RetryOptions = {
  rules: [{ judge: bodyJudge(() => ({ verdict: 'transient', subject: 'plain trouble' })) }],
};
/** Takes a success for trouble only if its body says so. */
const judging: RetryOptions = {
  rules: [
    {
      judge: bodyJudge((_, text) =>
        text.includes('busy') ? { verdict: 'transient', subject: 'plain trouble' } : undefined,
      ),
    },
  ],
};
const json = { 'content-type': 'application/json' };
const busy = (code = 200) => status(code, { headers: json, body: '{"busy":true}' });

test('beforeRetry hooks learn which response asked for the retry, and why', async () => {
  const seen: unknown[] = [];
  const beforeRetry: Hooks['beforeRetry'] = [
    async ({ error, retryCount }) => {
      const { name, message, response } = error as Error & { response: Response };
      seen.push([retryCount, name, message, await response.json()]);
    },
  ];
  await using stage = await stageFor({ hooks: { beforeRetry } }, judging);
  stage.origin.plays(busy());

  expect(await stage.api.get('orders').text()).toBe('ok');
  expect(seen).toEqual([
    [1, 'BodyRetryError', 'The body of the response asks for another attempt: plain trouble', { busy: true }],
  ]);
});

test('an error status stays an HTTPError, though its body asks for a retry', async () => {
  const seen: unknown[] = [];
  const beforeRetry: Hooks['beforeRetry'] = [({ error }) => void seen.push(isHTTPError(error) && error.data)];
  await using stage = await stageFor({ hooks: { beforeRetry } }, judging);
  stage.origin.plays(busy(400));

  expect((await stage.api.get('orders')).status).toBe(200);
  expect(seen).toEqual([{ busy: true }]);
});

test.each<[string, object]>([
  ['methods', { methods: ['post'] }],
  ['statusCodes', { statusCodes: [503] }],
  ['shouldRetry', { shouldRetry: () => false }],
  ['an asynchronous shouldRetry', { shouldRetry: async () => false }],
])('%s of a call can forbid a retry that a body asks for', async (_, retry) => {
  await using stage = await stageFor({}, judging);
  stage.origin.plays(busy());

  const response = await stage.api.get('orders', { retry });

  expect(await response.json()).toEqual({ busy: true });
  expect(stage.origin.requests).toHaveLength(1);
  expect(reportOf(response)?.decision).toEqual({ action: 'stop', reason: 'caller-veto' });
});

test('shouldRetry sees what it can forbid, and how often', async () => {
  const seen: unknown[] = [];
  const shouldRetry = ({ error, retryCount }: { error: Error; retryCount: number }) => {
    seen.push([retryCount, error.name]);
    return retryCount < 2;
  };
  await using stage = await stageFor({}, judging);
  stage.origin.plays(busy(), resetAfterReading());

  const response = await stage.api.get('orders', { retry: { shouldRetry } });

  // The response in hand outranks the failure.
  expect(await response.json()).toEqual({ busy: true });
  expect(seen).toEqual([
    [1, 'BodyRetryError'],
    [2, 'TypeError'],
  ]);
  expect(stage.origin.requests).toHaveLength(2);
});

test('the newest response outranks a failure', async () => {
  await using stage = await stageFor({}, judging);
  stage.origin.plays(busy(), busy(503), resetAfterReading());

  const error = await rejectionOf(stage.api.get('orders'));

  expect(isHTTPError(error) && error.response.status).toBe(503);
  expect(stage.origin.requests).toHaveLength(3);
});

test('a failure after a judged body is retried as any other', async () => {
  await using stage = await stageFor({}, judging);
  stage.origin.plays(busy(), resetAfterReading());

  expect(await stage.api.get('orders').text()).toBe('ok');
  expect(stage.origin.requests).toHaveLength(3);
});

test('what was decided on a body decides nothing after a retry that a hook forces', async () => {
  const afterResponse: Hooks['afterResponse'] = [({ retryCount }) => (retryCount === 0 ? ky.retry() : undefined)];
  await using stage = await stageFor({ hooks: { afterResponse }, retry: { methods: ['put'] } }, judging);
  stage.origin.plays(busy(), status(503));

  await rejectionOf(stage.api.get('orders'));

  expect(stage.origin.requests).toHaveLength(2);
});

test("an attempt that ky's timeout ends after a judged body is retried", async () => {
  await using stage = await stageFor({ timeout: 500 }, judging);
  stage.origin.plays(busy(), hang());

  expect(await stage.api.get('orders').text()).toBe('ok');
  expect(stage.origin.requests).toHaveLength(3);
});

test('an abort outranks a judged body', async () => {
  await using stage = await stageFor({}, judging);
  stage.origin.plays(busy(), hang());
  const controller = new AbortController();
  const mine = new Error('mine');

  const sent = rejectionOf(stage.api.get('orders', { signal: controller.signal }));
  await stage.origin.received(2);
  controller.abort(mine);

  expect(await sent).toBe(mine);
});

test('an abort while a retry is being forbidden outranks a judged body', async () => {
  await using stage = await stageFor({}, judging);
  stage.origin.plays(busy(), resetAfterReading());
  const controller = new AbortController();
  const mine = new Error('mine');
  const shouldRetry = ({ retryCount }: { retryCount: number }) => {
    if (retryCount === 2) controller.abort(mine);
    return retryCount < 2;
  };

  expect(await rejectionOf(stage.api.get('orders', { signal: controller.signal, retry: { shouldRetry } }))).toBe(mine);
});

/** A clock on which all that ends before ky's default timeout ends immediately. */
class KysClock extends VirtualClock {
  override after(ms: number, callback: () => void): () => void {
    const timer = ms < 10_000 ? setImmediate(callback) : undefined;
    return () => clearImmediate(timer);
  }
}

test.each([{}, { timeout: 10_000 }])('the look at a body ends before the timeout of ky: %o', async (limits) => {
  await using stage = await stageFor(limits, judging, new KysClock());
  stage.origin.plays(stalledBody(200, { headers: json }));

  expect((await stage.api.get('orders')).status).toBe(200);
});

test('a body is judged without a timeout too', async () => {
  await using stage = await stageFor({ timeout: false }, judging, new KysClock());
  stage.origin.plays(busy());

  expect(await stage.api.get('orders').text()).toBe('ok');
});

test('the unread body of a judged response leaves its connection to the retry', async () => {
  const inParts: RequestAct = {
    on: 'request',
    name: 'inParts',
    play: async (exchange) => {
      await exchange.readWhole();
      await exchange.write(`HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n${'x'.repeat(50_000)}`);
      await exchange.wait(20);
      await exchange.write('x'.repeat(10_000));
      return 'reuse';
    },
  };
  await using stage = await stageFor({}, { ...troubled, backoff: () => 200 });
  stage.origin.plays(inParts, inParts);

  await stage.api.get('orders');

  expect(stage.origin.requests.map(({ connection }) => connection)).toEqual([1, 1, 1]);
});

/** An act, and when the client has closed its connection. */
function watched(act: RequestAct): RequestAct & { readonly closed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { ...act, closed: promise, play: (exchange) => act.play(exchange).finally(resolve) };
}

test('a judged response without an end is discarded once there is a newer one', async () => {
  await using stage = await stageFor({}, { ...troubled, maxAttempts: 2 });
  const first = watched(stalledBody() as RequestAct);
  stage.origin.plays(first);

  expect(await stage.api.get('orders').text()).toBe('ok');
  await first.closed;
});

/** A fetch that obeys no signal. */
const deaf: typeof fetch = (input) => fetch((input as Request).url);

test('an abort discards a body that is being read, though its fetch obeys no signal', async () => {
  const controller = new AbortController();
  const mine = new Error('mine');
  const wants = () => {
    setImmediate(() => controller.abort(mine));
    return true;
  };
  await using stage = await stageFor({ fetch: deaf }, { rules: [{ judge: bodyJudge(() => undefined, { wants }) }] });
  const first = watched(stalledBody(200, { headers: json }) as RequestAct);
  stage.origin.plays(first);

  expect(await rejectionOf(stage.api.get('orders', { signal: controller.signal }))).toBe(mine);
  await first.closed;
});

test("a shouldRetry that answers after ky's timeout decides nothing", async () => {
  await using stage = await stageFor({ timeout: 500 }, judging);
  const later: RequestAct = {
    on: 'request',
    name: 'later',
    play: async (exchange) => {
      await exchange.wait(100);
      return (status(200) as RequestAct).play(exchange);
    },
  };
  stage.origin.plays(busy(), later);
  let asked = 0;
  const shouldRetry = async () => {
    if (asked++ === 0) await stage.origin.received(2);
    return true;
  };

  const response = await stage.api.get('orders', { retry: { shouldRetry } });

  expect(reportOf(response)?.attempts).toMatchObject([
    { outcome: { status: 200 }, decision: { action: 'retry' } },
    { outcome: { status: 200 }, decision: { reason: 'succeeded' } },
  ]);
});
