import { Readable } from 'node:stream';
import { Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import axios, { type AxiosAdapter } from 'axios';
import FormDataPackage from 'form-data';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bodyJudge, protocol, reportOf, wrapAxios } from '../src/index.ts';
import { ADAPTERS, soon } from './support.ts';

function form(): FormData {
  const data = new FormData();
  data.set('order "7"', 'one\ntwo');
  data.set('file', new File(['content'], 'a.txt', { type: 'text/plain' }));
  return data;
}

function packageForm(): FormDataPackage {
  const data = new FormDataPackage();
  data.append('order', '7');
  return data;
}

afterEach(() => vi.unstubAllGlobals());

const sent = ({ requests }: Origin) => requests.map(({ text, headers }) => [text, headers['content-type']]);

describe.each(ADAPTERS)('over the %s adapter', (adapter, library) => {
  const create = () => wrapAxios(library.create({ adapter }), soon);

  test.each<[name: string, make: () => unknown]>([
    ['JSON', () => ({ a: [1] })],
    ['FormData', form],
    ['URLSearchParams', () => new URLSearchParams({ a: '1' })],
    ['a Buffer', () => Buffer.from('bytes')],
    ['an ArrayBuffer', () => new TextEncoder().encode('bytes').buffer],
    ['a Blob', () => new Blob(['blob'], { type: 'text/plain' })],
  ])('%s arrives with the same bytes and type on every attempt', async (_, make) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(503));

    await create().put(origin.url, make());

    const [first, ...repeats] = sent(origin);
    expect(first?.[0]).not.toBe('');
    expect(repeats).toEqual([first, first]);
  });

  test('a form is sent as a form, with the boundary of its bytes', async () => {
    await using origin = await Origin.listen();

    await create().put(origin.url, form());

    const [[text, type] = []] = sent(origin);
    const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(type ?? '')?.[1];
    expect(boundary).toBeDefined();
    expect(text).toContain(`--${boundary}--`);
  });

  test("a form with the caller's own boundary keeps it", async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const headers = { 'content-type': 'multipart/form-data; boundary=my-own-boundary' };

    await create().put(origin.url, form(), { headers });

    const [first, second] = sent(origin);
    expect(first?.[0]).toContain('--my-own-boundary--');
    expect(second).toEqual(first);
  });

  test('bytes that the caller changes meanwhile arrive as they were', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const buffer = Buffer.from('bytes');

    const answered = create().put(origin.url, buffer);
    await origin.received(1);
    buffer.fill('x');
    await answered;

    expect(origin.requests.map(({ text }) => text)).toEqual(['bytes', 'bytes']);
  });

  test.each<[name: string, make: () => unknown]>([
    ['a Node stream', () => Readable.from([Buffer.from('streamed')])],
    adapter === 'http'
      ? ['a form of the form-data package', packageForm]
      : ['a web stream', () => new Blob(['streamed']).stream()],
  ])('%s is sent once, and never empty', async (_, make) => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const error = await rejectionOf(create().put(origin.url, make()));

    expect(origin.requests).toHaveLength(1);
    expect(origin.requests[0]?.text).not.toBe('');
    expect(reportOf(error)?.decision.reason).toBe('body-not-replayable');
  });

  test('retry.body makes a new stream for each attempt', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const response = await create().put(origin.url, null, {
      retry: { body: () => Readable.from([Buffer.from('streamed')]) },
    });

    expect(response.status).toBe(200);
    expect(origin.requests.map(({ text }) => text)).toEqual(['streamed', 'streamed']);
  });

  test.each([
    ['nothing', () => undefined, /not undefined/],
    ['null', () => null, /not null/],
    ['a promise', async () => 'late', /not a promise/],
  ])('a retry.body that returns %s is refused before anything is sent', async (_, body, message) => {
    await using origin = await Origin.listen();

    const error = await rejectionOf(create().put(origin.url, undefined, { retry: { body } }));

    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(message);
    expect(origin.requests).toHaveLength(0);
    expect(reportOf(error)).toMatchObject({ effect: 'not-applied', attempts: { length: 1 } });
  });

  test("the error of the caller's stream proves nothing, whatever it looks like", async () => {
    await using origin = await Origin.listen();
    const foreign = Object.assign(new Error('source'), { code: 'ECONNREFUSED', syscall: 'connect' });
    let made = 0;
    const body = (): Readable =>
      Readable.from(
        (async function* () {
          made++;
          yield Buffer.from('half of it');
          await origin.received(1);
          throw foreign;
        })(),
      );

    const error = await rejectionOf(create().post(origin.url, undefined, { retry: { body } }));

    expect(made).toBe(1);
    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  });
});

test('a protocol reads the body that was sent, though the caller changed it meanwhile', async () => {
  await using origin = await Origin.listen();
  const read: (string | undefined)[] = [];
  const judge = bodyJudge((_response, _text, request) => void read.push(request?.body()));
  const plain = protocol({ name: 'Plain', read: () => ({ subject: 'plain request', semantics: 'method' }), judge });
  const buffer = Buffer.from('bytes');
  origin.plays(status(503));

  const answered = wrapAxios(axios.create(), { ...soon, protocols: [plain] }).put(origin.url, buffer);
  await origin.received(1);
  buffer.fill('x');
  await answered;

  expect(read).toEqual(['bytes', 'bytes']);
});

test('a form that cannot be read, as in React Native, is handed on as it is', async () => {
  class UnreadableForm {
    readonly [Symbol.toStringTag] = 'FormData';
    append(): void {}
  }
  vi.stubGlobal('FormData', UnreadableForm);
  const data = new FormData();
  const handed: unknown[] = [];
  const adapter: AxiosAdapter = async (config) => {
    handed.push(config.data);
    return { status: 503, statusText: '', data: '', headers: {}, config };
  };

  await wrapAxios(axios.create({ adapter }), { ...soon, maxAttempts: 2 }).put('http://api.test/', data);

  expect(handed).toEqual([data, data]);
  expect(handed[1]).toBe(data);
});

test('a stream that turns out longer than maxBodyLength may have been processed', async () => {
  await using origin = await Origin.listen();
  const body = (): Readable => Readable.from([Buffer.from('half'), Buffer.from('x'.repeat(100))]);
  const config = { maxBodyLength: 10, maxRedirects: 0, retry: { body } };

  const error = await rejectionOf(
    wrapAxios(axios.create({ adapter: 'http' }), soon).post(origin.url, undefined, config),
  );

  expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
});

test('a form that may not be sent again is left to axios', async () => {
  await using origin = await Origin.listen();

  await wrapAxios(axios.create({ adapter: 'http' })).post(origin.url, form());

  expect(origin.requests[0]?.headers['content-type']).toMatch(/boundary=axios-/);
});
