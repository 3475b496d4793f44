import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort(): Promise<number> {
  await using server = await listening(createServer());
  return server.port;
}

/** A server on 127.0.0.1, closed with all its connections at the end of the block. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
}

export async function listening(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The error that a promise rejects with. */
export async function rejectionOf(promise: PromiseLike<unknown>): Promise<unknown> {
  return await promise.then(
    () => Promise.reject(new Error('It was expected to reject')),
    (error: unknown) => error,
  );
}
