import { request as httpRequest } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { status } from '../../origin/acts/status.ts';
import { serve } from '../../origin/serve.ts';
import { type Subject, stageFor } from './subject.ts';

type Connect = (this: Socket, ...given: unknown[]) => Socket;

/** Connections inside Node that are answered by code of others, as MSW and nock do, until the end of the block. */
function mocked(port: number, connect: (socket: Socket, original: () => void) => number | undefined): Disposable {
  const original = Socket.prototype.connect as Connect;
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]) {
    const [options, ...rest] = given[0] as [{ host?: string; port?: unknown }, ...unknown[]];
    if (options.host !== '127.0.0.1' || Number(options.port) !== port) return Reflect.apply(original, this, given);
    const other = connect(this, () => Reflect.apply(original, this, given));
    // Node's own normalized arguments are marked by a symbol.
    return other === undefined ? this : Reflect.apply(original, this, [{ ...options, port: other }, ...rest]);
  } as never;
  return {
    [Symbol.dispose]: () => {
      Socket.prototype.connect = original as never;
    },
  };
}

/** Sends the request once more, by default by a name of the origin that isn't mocked. */
async function copy(url: string, host = 'localhost'): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const { port } = new URL(url);
    httpRequest({ agent: false, host, port, method: 'POST', path: '/' }, (response) =>
      response.resume().on('end', resolve),
    )
      .on('error', reject)
      .end('order');
  });
}

/** Code inside Node's connections that sends a copy, while every client sends as by its own runtime. */
export function mockedConnectionsSuite(subject: Subject): void {
  describe('code inside the connections that sends a copy', () => {
    test.each([425, 422])('and answers %i itself: the copy is in doubt, and no other is sent', async (answer) => {
      await using stage = await stageFor(subject);
      const { origin, send } = stage;
      origin.plays(status(201), status(201), status(201));
      await using mock = await serve(async (_, response) => {
        await copy(origin.url);
        response.writeHead(answer).end();
      });
      using _ = mocked(Number(new URL(origin.url).port), () => mock.port);

      const settled: unknown = await send(origin.url, { method: 'POST', body: 'order' }).catch(
        (error: unknown) => error,
      );

      expect(subject.reportOf(settled)).toMatchObject({
        effect: 'maybe-applied',
        attempts: [{ delivery: 'answered' }],
      });
      expect(origin.applied).toEqual(['POST']);
    });

    test('and answers 425 first: a copy in the wait withholds the next attempt', async () => {
      await using stage = await stageFor(subject, { maxAttempts: 2, backoff: () => 100 });
      const { origin, send } = stage;
      origin.plays(status(201), status(201), status(201));
      const copied = Promise.withResolvers<void>();
      let answered = false;
      await using mock = await serve((_, response) => {
        answered = true;
        response.writeHead(425).end(() => setTimeout(() => copied.resolve(copy(origin.url, '127.0.0.1')), 10));
      });
      using _ = mocked(Number(new URL(origin.url).port), (_socket, original) =>
        answered ? void original() : mock.port,
      );

      const settled: unknown = await send(origin.url, { method: 'POST', body: 'order' }).catch(
        (error: unknown) => error,
      );

      await copied.promise;
      expect(subject.reportOf(settled)).toMatchObject({ effect: 'maybe-applied' });
      expect(origin.applied).toEqual(['POST']);
    });

    test('and fails as a refused connection does: its error proves nothing', async () => {
      await using stage = await stageFor(subject);
      const { origin, send } = stage;
      origin.plays(status(201), status(201), status(201));
      using _ = mocked(Number(new URL(origin.url).port), (socket) => {
        const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
        Object.assign(socket, { connecting: true });
        void copy(origin.url).finally(() => socket.destroy(refused));
        return undefined;
      });

      const settled: unknown = await send(origin.url, { method: 'POST', body: 'order' }).catch(
        (error: unknown) => error,
      );

      expect(subject.reportOf(settled)).toMatchObject({ effect: 'maybe-applied', attempts: [{ delivery: 'unknown' }] });
      expect(origin.applied).toEqual(['POST']);
    });

    test('and none: a refusal is one', async () => {
      await using stage = await stageFor(subject);
      const { origin, send } = stage;
      origin.plays(status(422));
      using _ = mocked(Number(new URL(origin.url).port), (_socket, original) => void original());

      const settled: unknown = await send(origin.url, { method: 'POST', body: 'order' }).catch(
        (error: unknown) => error,
      );

      expect(subject.reportOf(settled)).toMatchObject({ effect: 'not-applied', effectReason: 'refusal-response' });
    });
  });
}
