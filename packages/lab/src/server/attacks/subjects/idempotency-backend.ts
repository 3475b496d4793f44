import express, { type Request } from 'express';
import middleware from 'idempotency-backend/express';
import { pay } from '../payment.ts';
import { sendAnswer } from './express-answer.ts';
import type { Subject } from './subject.ts';

interface WithSession extends Request {
  readonly idempotencySession: { SaveResponse(body: unknown): Promise<void> };
}

/** idempotency-backend, set up as its documentation describes. It keeps keys in a file in the working directory. */
export const idempotencyBackend: Subject = {
  name: 'idempotency-backend 1.0.4',
  usesRedis: false,
  async open({ ledger }) {
    const app = express();
    app.use(express.json());
    app.use(middleware);
    app.post('/*path', async (request, response) => {
      const answer = await pay(request.body, ledger);
      await (request as unknown as WithSession).idempotencySession.SaveResponse(answer.body);
      sendAnswer(answer, response);
    });
    return app;
  },
};
