import { Readable } from 'node:stream';
import { idempotent } from '@twicesafe/server';
import { nodeHandler } from '@twicesafe/server/node';
import { redisStore } from '@twicesafe/server/redis';
import { Redis } from 'ioredis';
import { type Answer, type PaymentOrder, pay } from '../payment.ts';
import type { Subject } from './subject.ts';

/** Ours, with Redis. */
export const twicesafe: Subject = {
  name: '@twicesafe/server',
  usesRedis: true,
  async open({ redis, ledger, leaseMs = 1_000 }) {
    const store = redisStore(new Redis(redis, { commandTimeout: 200 }));
    const scope = (request: Request): string => request.headers.get('authorization') ?? '';
    const handle = idempotent(
      async (request) => {
        const { status, headers, body } = await pay((await request.json()) as PaymentOrder, ledger);
        return new Response(streamOf(body), { status, headers });
      },
      { store, scope, required: true, leaseMs, onEvent: () => {} },
    );
    return nodeHandler(handle);
  },
};

function streamOf(body: Answer['body']): BodyInit {
  if (typeof body === 'string') return body;
  if (Buffer.isBuffer(body)) return new Uint8Array(body);
  return Readable.toWeb(Readable.from(bytesOf(body))) as ReadableStream;
}

async function* bytesOf(parts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const part of parts) yield Buffer.from(part);
}
