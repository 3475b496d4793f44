import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { CachePersistenceLayer } from '@aws-lambda-powertools/idempotency/cache';
import express from 'express';
import { createClient } from 'redis';
import { type Answer, pay } from '../payment.ts';
import { sendAnswer } from './express-answer.ts';
import type { Subject } from './subject.ts';

/**
 * Powertools for AWS Lambda around a function, set up as its documentation describes, with its layer for Redis and
 * Valkey.
 */
export const powertools: Subject = {
  name: 'Powertools 2.35 (cache layer)',
  usesRedis: true,
  async open({ redis, ledger, leaseMs }) {
    const client = await createClient({ url: redis })
      .on('error', () => {})
      .connect();
    const expiry = leaseMs === undefined ? {} : { expiresAfterSeconds: leaseMs / 1_000 };
    const config = new IdempotencyConfig({ eventKeyJmesPath: 'key', throwOnNoIdempotencyKey: true, ...expiry });
    const payOnce = makeIdempotent(
      async ({ body }: { readonly key: string; readonly body: never }) => (await pay(body, ledger)) as never,
      { persistenceStore: new CachePersistenceLayer({ client }), config },
    );
    const app = express();
    app.use(express.json());
    app.post('/*path', async (request, response) => {
      try {
        const key = request.get('idempotency-key') as string;
        sendAnswer((await payOnce({ key, body: request.body as never })) as Answer, response);
      } catch (error) {
        const name = error instanceof Error ? error.name : '';
        const status =
          name === 'IdempotencyAlreadyInProgressError' ? 409 : name === 'IdempotencyValidationError' ? 422 : 500;
        response.status(status).send(name);
      }
    });
    return app;
  },
};
