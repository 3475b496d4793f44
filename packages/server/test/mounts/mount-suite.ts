import { gunzipSync } from 'node:zlib';
import { keys, reportOf, wrapFetch } from '@twicesafe/fetch';
import type { Handler, IdempotentOptions } from '@twicesafe/server';
import { idempotent, memoryStore } from '@twicesafe/server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createGate } from '../support/gate.ts';
import { created, seen } from '../support/payments.ts';
import { sendAndLeave, sendRaw } from '../support/raw-request.ts';

/** What is mounted at /payments. */
interface Mounted {
  readonly handle: (request: Request) => Promise<Response>;
  /** Whether CORS and compression stand outside of it. */
  readonly outside: boolean;
}

/** A running server. */
export interface MountServer extends AsyncDisposable {
  readonly url: string;
}

/** A way to serve a Fetch handler. */
export interface Mount {
  readonly name: string;
  listen(mounted: Mounted): Promise<MountServer>;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** What every mount must do, on a real socket. */
export function mountSuite(mount: Mount): void {
  const open = async (
    handler: Handler = created,
    own: Partial<IdempotentOptions> & { readonly outside?: boolean } = {},
  ): Promise<MountServer & { readonly effects: string[] }> => {
    const { outside = false, ...options } = own;
    const effects: string[] = [];
    const pays: Handler = async (request, context) => {
      effects.push(await request.clone().text());
      return handler(request, context);
    };
    const settings = {
      store: memoryStore(),
      scope: () => 'single-tenant',
      onEvent: () => {},
      methods: ['POST', 'OPTIONS'],
    };
    const server = await mount.listen({ handle: idempotent(pays, { ...settings, ...options }), outside });
    return { ...server, effects, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  };
  const pay = (url: string, key: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}payments`, {
      method: 'POST',
      body: '{}',
      headers: { ...JSON_TYPE, 'idempotency-key': key },
      ...init,
    });

  describe(mount.name, () => {
    test('lets one of several duplicates run, sent by twicesafe', async () => {
      const cookies = new Headers([
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
      ]);
      await using server = await open(() => Response.json({ paid: true }, { status: 201, headers: cookies }));
      const client = wrapFetch(globalThis.fetch, { idempotencyKey: keys.ietf() });
      const send = (body: string): Promise<Response> =>
        client(`${server.url}payments`, { method: 'POST', body, headers: JSON_TYPE, retry: { idempotencyKey: 'k' } });

      const responses = await Promise.all(Array.from({ length: 6 }, () => send('{}')));
      const other = await send('{"other":true}');

      expect(responses.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201]);
      expect(responses.filter(({ headers }) => headers.has('idempotent-replayed'))).toHaveLength(5);
      expect(responses.flatMap(({ headers }) => headers.getSetCookie())).toEqual(['a=1', 'b=2']);
      expect([other.status, reportOf(other)?.attempts.length]).toEqual([422, 1]);
      expect(server.effects).toHaveLength(1);
    });

    test('refuses a key that is sent twice', async () => {
      await using server = await open();

      const response = await sendRaw(server.url, { headers: ['Idempotency-Key: k', 'Idempotency-Key: k'], body: '{}' });

      expect(response.status).toBe(400);
      expect(response.body).toContain('"code":"key-invalid"');
      expect(server.effects).toEqual([]);
    });

    test('passes duplicates of other headers on', async () => {
      await using server = await open((request) => new Response(request.headers.get('x-own')));

      const response = await sendRaw(server.url, {
        headers: ['Idempotency-Key: k', 'X-Own: a', 'X-Own: b'],
        body: '{}',
      });

      expect(response.body).toContain('a, b');
    });

    test('passes the body on byte for byte, whatever its type', async () => {
      const bytes = Uint8Array.from({ length: 1_024 }, (_, index) => index % 256);
      await using server = await open(async (request) => new Response(await request.arrayBuffer()));

      for (const type of [
        'application/octet-stream',
        'application/json',
        'text/plain',
        'multipart/form-data; boundary=x',
      ]) {
        const headers = { 'content-type': type, 'idempotency-key': type.replaceAll(/\W/g, '') };
        const first = await pay(server.url, '', { body: bytes, headers });
        const replay = await pay(server.url, '', { body: bytes, headers });

        expect(new Uint8Array(await first.arrayBuffer()), type).toEqual(bytes);
        expect(new Uint8Array(await replay.arrayBuffer()), type).toEqual(bytes);
        expect(replay.headers.has('idempotent-replayed'), type).toBe(true);
      }
    });

    test('passes a body of unknown length on', async () => {
      await using server = await open(async (request) => new Response(await request.text()));

      const response = await pay(server.url, 'k', {
        body: new Blob(['a'.repeat(100_000)]).stream(),
        duplex: 'half',
      } as RequestInit);

      expect(await response.text()).toBe('a'.repeat(100_000));
    });

    test('refuses a body that is too large, so that the client can read why', async () => {
      await using server = await open(created, { maxRequestBytes: 1_000 });

      const response = await pay(server.url, 'k', { body: 'x'.repeat(500_000) });

      expect(await seen(response)).toEqual([413, false, 'request-too-large']);
      expect(server.effects).toEqual([]);
    });

    test('sends a stream as it comes', async () => {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      const headers = { 'Content-Type': 'text/event-stream' };
      await using server = await open(() => new Response(readable, { headers }));

      const sent = pay(server.url, 'k');
      void writer.write(new TextEncoder().encode('data: 1\n\n'));
      const reader = (await sent).body?.getReader();
      const first = await reader?.read();
      await writer.close();

      expect(new TextDecoder().decode(first?.value)).toBe('data: 1\n\n');
      expect((await reader?.read())?.done).toBe(true);
      expect(await seen(await pay(server.url, 'k'))).toEqual([500, true, 'response-not-stored']);
    });

    test('sends a large body whole, and does not process it again', async () => {
      const text = 'x'.repeat(5_000_000);
      await using server = await open(() => new Response(text, { status: 201 }));

      const response = await pay(server.url, 'k');

      expect([response.status, (await response.text()) === text]).toEqual([201, true]);
      expect(await seen(await pay(server.url, 'k'))).toEqual([500, true, 'response-not-stored']);
      expect(server.effects).toHaveLength(1);
    });

    test('goes on when the client leaves, and answers it when it is back', async () => {
      const gate = createGate();
      const started = createGate();
      let wasAborted: boolean | undefined;
      await using server = await open(async (request, { signal }) => {
        started.open();
        await gate.opened;
        wasAborted = signal.aborted || request.signal.aborted;
        return created();
      });
      const leave = await sendAndLeave(server.url, {
        headers: ['Idempotency-Key: k', 'Content-Type: application/json'],
        body: '{}',
      });
      await started.opened;
      leave();
      gate.open();

      expect(await seen(await pay(server.url, 'k'))).toEqual([201, true]);
      expect(wasAborted).toBe(false);
      expect(server.effects).toHaveLength(1);
    });

    test('stops a stream that nobody reads any longer', async () => {
      const cancelled = createGate();
      const chunk = new Uint8Array(100_000);
      const body = new ReadableStream({
        pull: (controller) => controller.enqueue(chunk),
        cancel: () => cancelled.open(),
      });
      await using server = await open(() => new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }));
      const client = new AbortController();
      await pay(server.url, 'k', { signal: client.signal });

      client.abort();

      await cancelled.opened;
    });

    test('answers HEAD without a body, and OPTIONS as the handler does', async () => {
      await using server = await open(() => new Response('paid', { status: 200, headers: { Allow: 'POST' } }));

      const head = await sendRaw(server.url, { method: 'HEAD', headers: ['Idempotency-Key: k'] });
      const options = await fetch(`${server.url}payments`, { method: 'OPTIONS' });

      expect([head.status, head.body]).toEqual([200, '']);
      expect([options.status, options.headers.get('allow')]).toEqual([200, 'POST']);
    });

    test('leaves CORS and compression to what stands outside', async () => {
      const text = 'x'.repeat(10_000);
      await using server = await open(
        () => new Response(text, { headers: { 'Content-Type': 'text/plain', Vary: 'Accept' } }),
        {
          outside: true,
        },
      );
      const send = (origin: string, coding: string): ReturnType<typeof sendRaw> =>
        sendRaw(server.url, {
          headers: ['Idempotency-Key: k', `Origin: ${origin}`, `Accept-Encoding: ${coding}`],
          body: '{}',
        });

      const first = await send('https://one.example', 'gzip');
      const replay = await send('https://two.example', 'identity');

      expect(first.headers).toContain('content-encoding: gzip');
      expect(first.headers).toContain('access-control-allow-origin: https://one.example');
      expect(unchunked(first.body, gunzip)).toBe(text);
      expect(replay.headers.join()).not.toContain('content-encoding');
      expect(replay.headers).toContain('access-control-allow-origin: https://two.example');
      expect(replay.headers).toContain('idempotent-replayed: true');
      expect(varied(replay.headers)).toEqual(expect.arrayContaining(['accept', 'origin']));
      expect(replay.body).toContain(text.slice(0, 1_000));
      expect(server.effects).toHaveLength(1);
    });

    test('survives an error of a request without a key', async () => {
      const log = vi.spyOn(console, 'error').mockReturnValue();
      onTestFinished(() => log.mockRestore());
      await using server = await open(() => {
        throw new Error('own');
      });

      const response = await fetch(`${server.url}payments`, { method: 'POST', body: '{}', headers: JSON_TYPE });

      expect(response.status).toBe(500);
      expect((await pay(server.url, 'k')).status).toBe(500);
    });
  });
}

function gunzip(bytes: Buffer): string {
  return gunzipSync(bytes).toString();
}

/** The body of a response in the chunked coding. */
function unchunked(body: string, decode: (bytes: Buffer) => string): string {
  let bytes = Buffer.from(body, 'latin1');
  const parts: Buffer[] = [];
  for (;;) {
    const end = bytes.indexOf('\r\n');
    const size = Number.parseInt(bytes.subarray(0, end).toString(), 16);
    if (!size) return decode(Buffer.concat(parts));
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    bytes = bytes.subarray(end + 4 + size);
  }
}

function varied(headers: readonly string[]): readonly string[] {
  const lines = headers.filter((header) => header.startsWith('vary:'));
  return lines.flatMap((line) => line.slice(5).toLowerCase().split(',')).map((name) => name.trim());
}
