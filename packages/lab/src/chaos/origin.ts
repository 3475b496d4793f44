/**
 * Runs the ledger origin as a separate process and sends its URL to the parent. Usage:
 * `origin.ts <seed> <honoured or ignored>`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Served, serve } from '@twicesafe/testing';
import { asGraphql, kindOf } from './graphql-answer.ts';
import { Ledger } from './ledger.ts';
import { faultOf } from './weather.ts';

const RETRY_AFTER_S = 1;
/** How long a port that refuses stays closed, in milliseconds. */
const CLOSED_MS = 15;

const [seed = '1', keys = 'honoured'] = process.argv.slice(2);
const ledger = new Ledger(keys === 'honoured');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://origin');
  if (url.pathname === '/control/ledger') return void response.end(JSON.stringify([...ledger.entries]));
  if (url.pathname === '/control/closed-port') return void response.end(JSON.stringify(await portThatOpensLater()));
  const body = (await request.setEncoding('utf8').toArray()).join('');
  const operation = Number(url.searchParams.get('operation'));
  if (url.pathname !== '/graphql') return shop(request, response, operation, body);
  const document = url.searchParams.get('query') ?? JSON.parse(body).query;
  request.method = kindOf(document) === 'query' ? 'GET' : 'POST';
  shop(request, asGraphql(response), operation, body);
}

function shop(request: IncomingMessage, response: ServerResponse, operation: number, body: string): void {
  const nowMs = Date.now();
  const fault = faultOf(Number(seed), operation, ledger.arrived(operation, nowMs));
  if (fault === 'reset before') return void request.socket.resetAndDestroy();
  if (fault === '503 with Retry-After' || fault === '429 with Retry-After') {
    ledger.entry(operation).waitUntilMs = nowMs + RETRY_AFTER_S * 1000;
    return void response.writeHead(Number.parseInt(fault, 10), { 'retry-after': String(RETRY_AFTER_S) }).end('later');
  }
  const key = request.headers['idempotency-key'];
  const { method = 'GET' } = request;
  const answer = ledger.process({ method, operation, body, key: typeof key === 'string' ? key : undefined });
  if (fault === 'hang after') return;
  if (fault === 'reset after') return void request.socket.resetAndDestroy();
  if (fault === 'close after') return void request.socket.destroy();
  if (fault === '502 after') return void response.writeHead(502).end('bad gateway');
  if (fault !== 'truncated after') return void response.writeHead(answer.status).end(answer.body);
  response.writeHead(answer.status, { 'content-length': 1000 });
  response.write('half an', () => request.socket.destroy());
}

/**
 * The next port to use. These ports are below the range for outgoing connections, so other programs are unlikely to
 * take them.
 */
let nextPort = 10_000 + (process.pid % 10_000);

/** Returns a port that stays closed for a moment. */
async function portThatOpensLater(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    let served: Served;
    try {
      served = await serve(answer, { port });
    } catch {
      continue; // another program uses this port
    }
    await served.close();
    setTimeout(() => void serve(answer, { port }), CLOSED_MS);
    return port;
  }
}

const { port } = await serve(answer, { keepAliveTimeout: 60_000 });
process.send?.(`http://127.0.0.1:${port}`);
process.once('disconnect', () => process.exit());
