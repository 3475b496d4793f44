import express, { type Express } from 'express';
import { getSharedIdempotencyService, type IIdempotencyDataAdapter, idempotency } from 'express-idempotency';
import redisAdapterModule from 'express-idempotency-redis-adapter';
import { pay } from '../payment.ts';
import { sendAnswer } from './express-answer.ts';
import type { Subject } from './subject.ts';

// A CommonJS module whose default export is a property.
const RedisAdapter = redisAdapterModule.default;

function open(ledger: string, dataAdapter?: IIdempotencyDataAdapter): Express {
  const app = express();
  app.use(express.json());
  app.use(idempotency(dataAdapter ? { dataAdapter } : {}));
  app.post('/*path', async (request, response) => {
    if (getSharedIdempotencyService().isHit(request)) return;
    sendAnswer(await pay(request.body, ledger), response);
  });
  return app;
}

/** express-idempotency with its built-in store. */
export const expressIdempotency: Subject = {
  name: 'express-idempotency 1.0.6',
  usesRedis: false,
  open: async ({ ledger }) => open(ledger),
};

/** The same with the only adapter for Redis. */
export const expressIdempotencyRedis: Subject = {
  name: 'the same, redis-adapter 1.0.8',
  usesRedis: true,
  async open({ redis, ledger, leaseMs }) {
    const ttl = leaseMs === undefined ? {} : { ttl: leaseMs / 1_000 };
    const adapter = new RedisAdapter({ connectionConfig: { url: redis }, ...ttl });
    await adapter.connect();
    // Its types are older than TypeScript's exact optional properties.
    return open(ledger, adapter as IIdempotencyDataAdapter);
  },
};
