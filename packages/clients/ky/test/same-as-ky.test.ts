import { Origin, processThenReset, status } from '@twicesafe/testing';
import ky, { type Hooks, type Input, type KyInstance, type Options, replaceOption } from 'ky';
import oldest from 'ky-oldest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wrapKy } from '../src/index.ts';

let origin: Origin;
beforeAll(async () => {
  origin = await Origin.listen();
});
afterAll(() => origin.close());

type Call = (api: KyInstance, url: string, seen: unknown[]) => Promise<unknown>;

const form = () => {
  const data = new FormData();
  data.set('a', 'b');
  return data;
};
const send = (api: KyInstance, input: Input, options?: Options) => api(input, options).text();
const failing = (act: () => ReturnType<typeof status>) => (api: KyInstance, url: string, options?: Options) => {
  origin.plays(act());
  return send(api, url, options);
};
const busy = failing(() => status(503, { headers: { 'content-type': 'application/json' }, body: '{"busy":true}' }));

/** What a caller may do with an instance. Retries are off, so that ky's own are no difference. */
const CALLS: Readonly<Record<string, Call>> = {
  GET: (api, url) => send(api, url),
  'a shortcut with json': (api, url) => api.post(url, { json: { a: 1 } }).text(),
  'json() of what is no JSON': (api, url) => api.get(url).json(),
  'a URL': (api, url) => send(api, new URL(url)),
  'a Request': (api, url) => send(api, new Request(url, { method: 'PUT', body: 'x' })),
  'a Request and options': (api, url) => send(api, new Request(url, { method: 'PUT', body: 'x' }), { body: 'y' }),
  searchParams: (api, url) => send(api, url, { searchParams: { a: 1, b: undefined } }),
  prefix: (api, url) => api.extend({ prefix: url }).get('orders').text(),
  baseUrl: (api, url) => api.create({ baseUrl: url, retry: 0 }).get('/orders').text(),
  'extend with a function': (api, url) =>
    api
      .extend((parent) => ({ ...parent, headers: { 'x-mark': 'a' } }))
      .get(url)
      .text(),
  'a form': (api, url) => api.post(url, { body: form() }).text(),
  'a stream': (api, url) => api.post(url, { body: new Blob(['x']).stream() }).text(),
  'an option of fetch': (api, url) => send(api, url, { cache: 'no-store', credentials: 'omit' }),
  'an unknown method': (api, url) => send(api, url, { method: 'brew' }),
  'parseJson and stringifyJson': (api, url) =>
    api.post(url, { json: 1, stringifyJson: () => '[2]', parseJson: (text) => [text] }).json(),
  503: (api, url) => busy(api, url),
  'throwHttpErrors off': (api, url) => busy(api, url, { throwHttpErrors: false }),
  'throwHttpErrors as a function': (api, url) => busy(api, url, { throwHttpErrors: (code) => code !== 503 }),
  'a reset': (api, url) => failing(processThenReset)(api, url, { method: 'post' }),
  'a timeout that is too long': (api, url) => send(api, url, { timeout: 2 ** 31 }),
  'an aborted signal': (api, url) => send(api, url, { signal: AbortSignal.abort(new Error('mine')) }),
  'an invalid URL': (api) => send(api, 'http://['),
  'an input that is none': (api) => send(api, 5 as unknown as string),
  prefixUrl: (api, url) => send(api, url, { prefixUrl: url } as Options),
  'a beforeRequest hook that answers': (api, url) =>
    send(api, url, { hooks: { beforeRequest: [() => new Response('kept')] } }),
  'a beforeRequest hook that replaces the request': (api, url) =>
    send(api, url, {
      hooks: { beforeRequest: [({ request }) => new Request(request, { headers: { 'x-mark': 'b' } })] },
    }),
  'a beforeRequest hook that throws': (api, url) =>
    send(api, url, {
      hooks: {
        beforeRequest: [
          () => {
            throw new RangeError('hook');
          },
        ],
      },
    }),
  'an afterResponse hook that replaces the response': (api, url) =>
    send(api, url, { hooks: { afterResponse: [() => new Response('other')] } }),
  'an afterResponse hook that makes a 503 a success': (api, url) =>
    busy(api, url, { hooks: { afterResponse: [() => new Response('fine')] } }),
  'hooks in their order': (api, url, seen) => {
    const note = (name: string) => () => void seen.push(name);
    const hooks = (at: string): Hooks => ({
      init: [note(`init ${at}`)],
      beforeRequest: [note(`request ${at}`)],
      afterResponse: [note(`response ${at}`)],
      beforeError: [
        ({ error }) => {
          seen.push(`error ${at} ${error.name}`);
          return error;
        },
      ],
    });
    return busy(api.extend({ hooks: hooks('instance') }), url, { hooks: hooks('call') });
  },
  'hooks replaced for one call': (api, url, seen) => {
    const noted = api.extend({ hooks: { init: [() => void seen.push('instance')] } });
    const hooks = replaceOption<Hooks>({ beforeRequest: [() => void seen.push('call')] });
    return send(noted, url, { hooks });
  },
  'init hooks removed for one call': (api, url, seen) =>
    send(api.extend({ hooks: { init: [() => void seen.push('instance')] } }), url, {
      hooks: { init: undefined },
    } as unknown as Options),
  'options that are none': (api, url) => send(api, url, 5 as unknown as Options),
  'an empty array for options': (api, url) => send(api, url, [] as unknown as Options),
  'a header removed for one call': (api, url) =>
    send(api.extend({ headers: { 'x-mark': 'a' } }), url, { headers: { 'x-mark': undefined } }),
  'json merged with that of the instance': (api, url) =>
    api
      .extend({ json: { a: 1 } })
      .post(url, { json: { b: 2 } })
      .text(),
  'json replaced for one call': (api, url) =>
    api
      .extend({ json: { a: 1 } })
      .post(url, { json: replaceOption({ b: 2 }) })
      .text(),
  'json marked as a replacement where there is none to replace': (api, url) =>
    api.post(url, { json: replaceOption({ b: 2 }) }).text(),
  'an init hook that changes json': (api, url) =>
    api
      .post(url, {
        json: { a: 1 },
        hooks: { init: [(options) => void Object.assign(options, { json: { changed: true } })] },
      })
      .text(),
  'bytes() and blob()': async (api, url) => [await api.get(url).bytes(), (await api.get(url).blob()).size],
  'a schema': (api, url) => {
    const schema = { '~standard': { version: 1, vendor: 'us', validate: () => ({ issues: [{ message: 'no' }] }) } };
    origin.plays(status(200, { body: '{}' }));
    return api.get(url).json(schema as never);
  },
  onDownloadProgress: (api, url, seen) =>
    send(api, url, { onDownloadProgress: ({ percent }) => void seen.push(percent) }),
  onUploadProgress: (api, url, seen) =>
    send(api, url, { method: 'put', body: 'x'.repeat(10), onUploadProgress: ({ percent }) => void seen.push(percent) }),
  'a fetch of the caller': (api, url) => send(api, url, { fetch: async () => new Response('theirs') }),
  'a fetch that fails with what is no error': (api, url) => send(api, url, { fetch: () => Promise.reject('text') }),
};

/** All that a caller can see, and what reached the origin. */
async function see(api: KyInstance, call: Call): Promise<unknown> {
  const before = origin.requests.length;
  const seen: unknown[] = [];
  const result = await (async () => call(api, origin.url, seen))().catch((error: unknown) =>
    error instanceof Error
      ? [error.name, error.message, (error as { data?: unknown }).data, (error.cause as Error | undefined)?.message]
      : error,
  );
  const arrived = origin.requests.slice(before).map(({ method, target, text, headers }) => ({
    method,
    target,
    text: text.replaceAll(/-{2,}[\w-]+/g, 'boundary'),
    accept: headers.accept,
    mark: headers['x-mark'],
    type: headers['content-type']?.replace(/boundary=.*/, ''),
  }));
  return { result, seen, arrived };
}

test.each(Object.entries(CALLS))('%s is the same as with ky itself', async (_, call) => {
  const bare = ky.create({ retry: 0 });
  const expected = await see(bare, call);

  expect(await see(wrapKy(bare) as unknown as KyInstance, call)).toEqual(expected);
});

test.each([
  ['ky', ky],
  ['ky 2.0.0', oldest as unknown as KyInstance],
])('a wrapped instance has every member of an instance: %s', (_, instance) => {
  const wrapped = wrapKy(instance);

  expect(Object.keys(wrapped).sort()).toEqual(Object.keys(instance).sort());
  expect([wrapped.stop, wrapped.retry]).toEqual([instance.stop, instance.retry]);
});
