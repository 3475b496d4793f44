import { Agent, request } from 'node:http';
import { type IdempotencyStore, idempotent } from '@twicesafe/server';
import { type FetchHandler, nodeHandler } from '@twicesafe/server/node';
import { serve } from '@twicesafe/testing';
import { type Rate, rateOf } from './rate.ts';

const BODY = '{"cents":1200}';
const CONNECTIONS = 16;

/** A server that can be measured. */
export interface HttpSubject extends Disposable {
  /** Measures requests over 16 connections. */
  measure(durationMs: number): Promise<Rate>;
}

async function pay(incoming: Request): Promise<Response> {
  return Response.json(await incoming.json(), { status: 201 });
}

/** Serves the same handler with a store or without keys. Each request has a different key. */
export async function openHttp(store: IdempotencyStore | undefined): Promise<HttpSubject> {
  const handle: FetchHandler = store ? idempotent(pay, { store, scope: () => 'single-tenant' }) : pay;
  const served = await serve(nodeHandler(handle));
  const { port } = served;
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

  const send = (): Promise<void> => {
    const headers = {
      'content-type': 'application/json',
      'content-length': BODY.length,
      'idempotency-key': `"${crypto.randomUUID()}"`,
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        { port, host: '127.0.0.1', method: 'POST', path: '/payments', agent, headers },
        (response) => {
          if (response.statusCode !== 201) reject(new Error(`status ${response.statusCode}`));
          response.resume().once('end', resolve);
        },
      );
      sent.once('error', reject).end(BODY);
    });
  };
  return {
    measure: (durationMs) => rateOf(CONNECTIONS, durationMs, send),
    [Symbol.dispose]() {
      agent.destroy();
      void served.close();
    },
  };
}
