import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Duplex } from 'node:stream';
import {
  ConnectProxy,
  cert,
  closedPort,
  hang,
  Origin,
  processThenReset,
  rejectionOf,
  resetOnAccept,
  serveSockets,
} from '@twicesafe/testing';
import axios, { type AxiosRequestConfig } from 'axios';
import { describe, expect, test } from 'vitest';
import { reportOf, wrapAxios } from '../src/index.ts';
import { soon } from './support.ts';

const create = (config?: AxiosRequestConfig) => wrapAxios(axios.create({ adapter: 'http', ...config }), soon);
const trusting = () => new HttpsAgent({ ca: cert });

/** What a POST came to. */
async function post(url: string, config?: AxiosRequestConfig) {
  const settled: unknown = await create(config)
    .post(url, 'order')
    .catch((error: unknown) => error);
  const report = reportOf(settled);
  return { deliveries: report?.attempts.map(({ delivery }) => delivery), effect: report?.effect };
}

const NEVER = { deliveries: ['never-sent', 'never-sent', 'never-sent'], effect: 'not-applied' };
const DOUBT = { deliveries: ['unknown'], effect: 'maybe-applied' };

describe.each([5, 0])('with maxRedirects: %i', (maxRedirects) => {
  test('a refused connection and a name without an address prove that nothing was sent', async () => {
    expect(await post(`http://127.0.0.1:${await closedPort()}/`, { maxRedirects })).toEqual(NEVER);
    expect(await post('http://nobody.invalid/', { maxRedirects })).toEqual(NEVER);
  });

  test('a TLS handshake with a plain server proves never sent', async () => {
    await using origin = await Origin.listen();

    expect(await post(origin.url.replace('http:', 'https:'), { maxRedirects })).toEqual(NEVER);
    expect(origin.applied).toEqual([]);
  });

  test('a TLS handshake that hangs until the timeout proves that nothing was sent', async () => {
    await using server = await serveSockets(() => {});

    expect(await post(`https://127.0.0.1:${server.port}/`, { maxRedirects, timeout: 50 })).toEqual(NEVER);
  });

  test('a connection cut before TLS is up is retried, and the POST arrives once', async () => {
    await using origin = await Origin.listen({ secure: true });
    origin.plays(resetOnAccept());

    const told = await post(origin.url, { maxRedirects, httpsAgent: trusting() });

    expect(told).toEqual({ deliveries: ['never-sent', 'answered'], effect: 'applied' });
    expect(origin.applied).toEqual(['POST']);
  });

  test('a cut or timeout after the TLS handshake proves nothing', async () => {
    await using origin = await Origin.listen({ secure: true });
    origin.plays(processThenReset(), hang());

    expect(await post(origin.url, { maxRedirects, httpsAgent: trusting() })).toEqual(DOUBT);
    expect(await post(origin.url, { maxRedirects, httpsAgent: trusting(), timeout: 500 })).toEqual(DOUBT);
    expect(origin.requests).toHaveLength(2);
  });
});

test.each<[config: object, delivery: string]>([
  [{}, 'unknown'],
  [{ fetchOptions: { redirect: 'follow' } }, 'unknown'],
  [{ fetchOptions: { redirect: 'error' } }, 'never-sent'],
  [{ maxRedirects: 0 }, 'never-sent'],
])(
  'a refused connection may be that of a redirect of a GET by fetch, unless none is followed: %j',
  async (config, delivery) => {
    const api = wrapAxios(axios.create({ adapter: 'fetch', ...config }), { maxAttempts: 1 });

    const error = await rejectionOf(api.get(`http://127.0.0.1:${await closedPort()}/`));

    expect(reportOf(error)?.attempts).toMatchObject([{ delivery }]);
  },
);

test('a request that waited for a socket until the timeout was never sent', async () => {
  await using origin = await Origin.listen();
  using agent = Object.assign(new HttpAgent({ maxSockets: 1 }), { [Symbol.dispose]: () => agent.destroy() });
  origin.plays(hang());
  const first = create({ httpAgent: agent }).get(origin.url, { timeout: 2000, retry: false });
  await origin.received(1);

  expect(await post(origin.url, { maxRedirects: 0, httpAgent: agent, timeout: 30 })).toEqual(NEVER);
  expect(origin.requests).toHaveLength(1);
  await rejectionOf(first);
  expect(origin.applied).toEqual([]);
});

test("an agent's own stream may have sent the request on before it failed", async () => {
  const written: string[] = [];
  class TunnelAgent extends HttpAgent {
    override createConnection(): Duplex {
      const tunnel = new Duplex({
        read() {},
        write(chunk: Buffer, _encoding, done) {
          written.push(String(chunk));
          // The tunnel lost its way and could not connect again.
          setImmediate(() =>
            tunnel.destroy(Object.assign(new Error('tunnel'), { code: 'ECONNREFUSED', syscall: 'connect' })),
          );
          done();
        },
      });
      return Object.assign(tunnel, { setTimeout() {}, setNoDelay() {}, ref() {}, unref() {} });
    }
  }

  expect(await post('http://origin.test/', { httpAgent: new TunnelAgent() })).toEqual(DOUBT);
  expect(written.join('')).toMatch(/^POST \/ HTTP/);
});

test('a foreign transport proves nothing', async () => {
  const port = await closedPort();
  const { default: http } = await import('node:http');
  const transport = { request: http.request } as never;

  expect(await post(`http://127.0.0.1:${port}/`, { transport } as AxiosRequestConfig)).toEqual(DOUBT);
});

test('a proxy that cannot be reached, or refuses the tunnel, leads nowhere', async () => {
  await using origin = await Origin.listen({ secure: true });
  await using proxy = await ConnectProxy.listen();
  const { port } = new URL(proxy.url);
  const through = (to: number): AxiosRequestConfig => ({
    proxy: { host: '127.0.0.1', port: to },
    httpsAgent: trusting(),
  });

  expect((await post(origin.url, through(await closedPort()))).effect).toBe('not-applied');
  proxy.plays({ refuses: 403 });
  expect((await post(origin.url, through(Number(port)))).effect).not.toBe('applied');
  expect(origin.applied).toEqual([]);
});
