import { bigBody, hang, rejectionOf, status } from '@twicesafe/testing';
import ky, { type Hooks, type Options } from 'ky';
import { expect, test } from 'vitest';
import { type Report, type RetryEvent, reportOf, wrapKy } from '../src/index.ts';
import { stageFor } from './support.ts';

const mine = new RangeError('mine');
const throwing = (): never => {
  throw mine;
};

/** Every way in which a call can end, and what its report must say. */
const ENDS: Readonly<Record<string, { options?: Options; codes?: number[]; says: object }>> = {
  'a success': { says: { decision: { reason: 'succeeded' }, effect: 'applied' } },
  onDownloadProgress: {
    options: { onDownloadProgress: () => {} },
    says: { decision: { reason: 'succeeded' }, effect: 'applied' },
  },
  'ky.stop': {
    options: { hooks: { beforeRetry: [() => ky.stop] } },
    codes: [503],
    says: { decision: { reason: 'caller-veto' }, effect: 'maybe-applied' },
  },
  'a beforeRetry hook that throws': {
    options: { hooks: { beforeRetry: [throwing] } },
    codes: [503],
    says: { decision: { reason: 'callback-failed' }, effect: 'maybe-applied' },
  },
  'a beforeRetry hook that answers': {
    options: { hooks: { beforeRetry: [() => new Response('kept')] } },
    codes: [503],
    says: { attempts: { length: 1 }, decision: { reason: 'accepted' }, effect: 'maybe-applied' },
  },
  'a beforeRetry hook that answers with a failure': {
    options: { hooks: { beforeRetry: [() => new Response('', { status: 404 })] } },
    codes: [503],
    says: { attempts: { length: 1 }, decision: { reason: 'accepted' }, effect: 'maybe-applied' },
  },
  'a beforeRequest hook that answers': {
    options: { hooks: { beforeRequest: [() => new Response('kept')] } },
    says: { attempts: { length: 0 }, decision: { reason: 'accepted' }, effect: 'not-applied' },
  },
  'a beforeRequest hook that throws': {
    options: { hooks: { beforeRequest: [throwing] } },
    says: { attempts: { length: 0 }, decision: { reason: 'callback-failed' }, effect: 'not-applied' },
  },
  'an afterResponse hook that throws after a 401': {
    options: { hooks: { afterResponse: [throwing] } },
    codes: [401],
    says: { attempts: [{ outcome: { status: 401 } }], decision: { reason: 'final-status' }, effect: 'not-applied' },
  },
  'an afterResponse hook that throws after a 503': {
    options: { hooks: { afterResponse: [throwing] } },
    codes: [503],
    says: {
      attempts: [{ outcome: { status: 503 } }],
      decision: { reason: 'callback-failed' },
      effect: 'maybe-applied',
    },
  },
  'an afterResponse hook that throws after a 200': {
    options: { hooks: { afterResponse: [throwing] } },
    says: { attempts: [{ outcome: { status: 200 } }], decision: { reason: 'succeeded' }, effect: 'applied' },
  },
  'a retry that is forced beyond the limit': {
    options: { retry: 0, hooks: { afterResponse: [() => ky.retry()] } },
    codes: [401],
    says: { attempts: [{ outcome: { status: 401 } }], decision: { reason: 'final-status' }, effect: 'not-applied' },
  },
  'a retry that is forced beyond the limit after a 503': {
    options: { retry: 0, hooks: { afterResponse: [() => ky.retry()] } },
    codes: [503],
    says: { attempts: [{ outcome: { status: 503 } }], decision: { reason: 'attempts-exhausted' } },
  },
  'a shouldRetry that throws': {
    options: { retry: { shouldRetry: throwing } },
    codes: [503],
    says: {
      attempts: [{ outcome: { status: 503 } }],
      decision: { reason: 'callback-failed' },
      effect: 'maybe-applied',
    },
  },
  'a beforeError hook that throws': {
    options: { hooks: { beforeError: [throwing] } },
    codes: [404],
    says: { attempts: [{ outcome: { status: 404 } }], decision: { reason: 'final-status' }, effect: 'not-applied' },
  },
  'a timeout that ky cannot wait for': {
    options: { timeout: 2 ** 31 },
    says: { decision: { reason: 'programmer-error' }, effect: 'not-applied' },
  },
  'an aborted signal': {
    options: { signal: AbortSignal.abort(mine) },
    says: { attempts: { length: 0 }, decision: { reason: 'aborted' }, effect: 'not-applied' },
  },
};

test.each(Object.entries(ENDS))('has a report: %s', async (_, { options = {}, codes = [], says }) => {
  const ends: Report[] = [];
  const onEvent = (event: RetryEvent) => void (event.type === 'operation-end' && ends.push(event.report));
  await using stage = await stageFor({}, { onEvent });
  stage.origin.plays(...codes.map((code) => status(code)));

  const settled: unknown = await stage.api.put('orders/7', { json: {}, ...options }).catch((error: unknown) => error);

  expect(ends).toHaveLength(1);
  expect(ends[0]).toMatchObject(says);
  if (settled !== undefined) expect(reportOf(settled)).toEqual(ends[0]);
});

test('an abort with a plain value rejects with that value and ends the operation', async () => {
  const ends: Report[] = [];
  const onEvent = (event: RetryEvent) => void (event.type === 'operation-end' && ends.push(event.report));
  await using stage = await stageFor({}, { onEvent });
  stage.origin.plays(hang());
  const controller = new AbortController();

  const sent = stage.api.put('orders/7', { signal: controller.signal }).catch((reason: unknown) => reason);
  await stage.origin.received(1);
  controller.abort('gone');

  expect(await sent).toBe('gone');
  expect(ends).toMatchObject([{ decision: { reason: 'aborted' }, effect: 'maybe-applied' }]);
});

test("a Request's own signal ends the wait for a retry, and the report says so", async () => {
  const controller = new AbortController();
  const onEvent = ({ type }: RetryEvent) => void (type === 'retry-scheduled' && controller.abort(mine));
  await using stage = await stageFor({}, { backoff: () => 60_000, onEvent });
  stage.origin.plays(status(503));

  const error = await rejectionOf(stage.api(new Request(stage.origin.url, { signal: controller.signal })));

  expect(error).toBe(mine);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'aborted' });
});

test('an abort after the response changes nothing about a success', async () => {
  const controller = new AbortController();
  await using stage = await stageFor({ hooks: { afterResponse: [() => controller.abort(mine)] } });

  const response = await stage.api.post('orders', { signal: controller.signal });

  expect(reportOf(response)).toMatchObject({ decision: { reason: 'succeeded' }, effect: 'applied' });
});

test('an abort with a plain value outranks the HTTPError', async () => {
  await using stage = await stageFor();
  stage.origin.plays(status(503));
  const controller = new AbortController();
  const shouldRetry = () => {
    controller.abort('gone');
    return true;
  };

  const sent = stage.api.put('orders/7', { signal: controller.signal, retry: { shouldRetry } });

  await expect(sent).rejects.toBe('gone');
  expect(stage.origin.requests).toHaveLength(1);
});

test.each<[string, unknown, Options, object]>([
  ['an input that is none', 5, { method: 'post' }, { method: 'POST', url: '5' }],
  ['an invalid URL', 'http://[', {}, { method: 'GET', url: 'http://[' }],
  [
    'a header that is none',
    new Request('http://a.test/1', { method: 'PUT' }),
    { headers: { é: '1' } },
    { method: 'PUT', url: 'http://a.test/1' },
  ],
])('has a report, though ky throws at once: %s', async (_, input, options, says) => {
  await using stage = await stageFor({ prefix: '' });

  let error: unknown;
  try {
    stage.api(input as string, options);
  } catch (thrown) {
    error = thrown;
  }

  expect(reportOf(error)).toMatchObject({
    ...says,
    decision: { reason: 'programmer-error' },
    effect: 'not-applied',
  });
});

test('an unreadable body after a success has the report of the success', async () => {
  await using stage = await stageFor();
  stage.origin.plays(status(200, { body: 'no JSON' }));

  const error = await rejectionOf(stage.api.post('orders').json());

  expect(error).toBeInstanceOf(SyntaxError);
  expect(reportOf(error)).toMatchObject({ decision: { reason: 'succeeded' }, effect: 'applied' });
});

test('only json() is awaited, and a failure is no unhandled rejection', async () => {
  await using stage = await stageFor();
  stage.origin.plays(status(404));

  await expect(stage.api.post('orders').json()).rejects.toThrow('404');
});

test('the result of confirm is in the report before json() resolves', async () => {
  await using stage = await stageFor(
    { throwHttpErrors: false },
    { confirm: () => Promise.resolve('applied' as const) },
  );
  stage.origin.plays(status(500, { body: '{"id":7}' }));
  const events: unknown[] = [];
  const api = stage.api.extend({ hooks: { afterResponse: [({ response }) => void events.push(response.status)] } });

  const sent = api.post('orders');

  expect(await sent.json()).toEqual({ id: 7 });
  expect(reportOf(await sent)).toMatchObject({ effect: 'applied', effectReason: 'confirmed' });
});

test('an HTTPError outranks the network failure of the retry that followed it', async () => {
  await using stage = await stageFor(
    {},
    { maxAttempts: 2, onEvent: ({ type }) => void (type === 'retry-scheduled' && stop()) },
  );
  const stop = () => stage.origin.close();
  stage.origin.plays(status(503, { body: 'busy' }));

  const error = await rejectionOf(stage.api.put('orders/7', { json: {} }));

  expect(error.message).toContain('503');
  expect(reportOf(error)).toMatchObject({ attempts: [{ outcome: { status: 503 } }, { delivery: 'never-sent' }] });
  await stage.origin.reopen();
});

test('an abort while confirm looks rejects with its reason', async () => {
  const controller = new AbortController();
  const confirm = () => new Promise<'unknown'>(() => controller.abort(mine));
  await using stage = await stageFor({ throwHttpErrors: false }, { confirm });
  stage.origin.plays(status(500));

  const error = await rejectionOf(stage.api.post('orders', { signal: controller.signal }));

  expect(error).toBe(mine);
  expect(reportOf(error)).toMatchObject({ decision: { reason: 'aborted' }, effect: 'maybe-applied' });
});

test('a discarded body of any length does not change how a call ends', async () => {
  const hooks: Hooks = { afterResponse: [() => new Response('short')] };
  await using stage = await stageFor({ hooks });
  stage.origin.plays(bigBody(300_000));

  expect(await stage.api.get('orders').text()).toBe('short');
});

test('an abort is answered at once, though a fetch of yours ignores the signal', async () => {
  const controller = new AbortController();
  const api = wrapKy(ky.create({ fetch: () => new Promise<never>(() => {}), timeout: false }));

  const sent = rejectionOf(api.post('http://api.test/', { signal: controller.signal }));
  await new Promise(setImmediate);
  controller.abort(mine);

  expect(await sent).toBe(mine);
  expect(reportOf(mine)).toMatchObject({ decision: { reason: 'aborted' }, effect: 'maybe-applied' });
});
