import { Idempotency, IdempotencyError } from '@node-idempotency/core';
import { RedisStorageAdapter } from '@node-idempotency/storage-adapter-redis';
import express, { type Request } from 'express';
import { type Answer, pay } from '../payment.ts';
import { sendAnswer } from './express-answer.ts';
import type { Subject } from './subject.ts';

/**
 * The core of node-idempotency, called as its documentation says. Its plug-ins for frameworks are not in the npm
 * registry.
 */
export const nodeIdempotency: Subject = {
  name: '@node-idempotency/core 1.0.11',
  usesRedis: true,
  async open({ redis, ledger, leaseMs }) {
    const storage = new RedisStorageAdapter({ url: redis });
    await storage.connect();
    const ttl = leaseMs === undefined ? {} : { cacheTTLMS: leaseMs };
    const idempotency = new Idempotency(storage, { enforceIdempotency: true, ...ttl });
    const app = express();
    app.use(express.json());
    app.post('/*path', async (request, response) => {
      const parameters = parametersOf(request);
      try {
        const replay = await idempotency.onRequest(parameters);
        if (replay) {
          response.status(Number(replay.additional?.status)).send(replay.body);
          return;
        }
      } catch (error) {
        if (!(error instanceof IdempotencyError)) throw error;
        response
          .status(error.code.includes('FINGERPRINT') ? 422 : error.code.includes('PROGRESS') ? 409 : 400)
          .send(error.message);
        return;
      }
      const answer: Answer = await pay(request.body, ledger);
      await idempotency.onResponse(parameters, { body: answer.body, additional: { status: answer.status } });
      sendAnswer(answer, response);
    });
    return app;
  },
};

function parametersOf({ method, headers, body, path }: Request): Parameters<Idempotency['onRequest']>[0] {
  return { method, headers, body, path };
}
