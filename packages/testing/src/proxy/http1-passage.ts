import { type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { type Passage, type UpstreamAnswer, UpstreamUnreachable } from './passage.ts';

/** They belong to one connection (RFC 9110 section 7.6.1); framing stays, because the bodies do. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection']);

const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding']);

/** Methods whose requests usually lack a body. Node adds its own framing only for the others. */
const BODYLESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

/** How much longer than what is sent a torn answer says it is. */
const MISSING_BYTES = 100;

/** A request of HTTP/1.1 on its way through the proxy. */
export function http1Passage(request: IncomingMessage, response: ServerResponse, to: URL): Passage {
  const { method = 'GET', url: target = '/', headers, socket } = request;
  response.sendDate = false;
  response.on('error', () => {}); // the client has gone
  return {
    request: { method, target, headers },
    get body() {
      // The server is not asked whether it wants this body.
      if (/^100-continue$/i.test(headers.expect ?? '')) response.writeContinue();
      return request;
    },
    forward: (body) => forward({ request, response, to }, body),
    answer: (status, fields, text = '') => {
      response.writeHead(status, { ...fields, 'content-length': String(Buffer.byteLength(text)) });
      response.end(text);
    },
    fail: () => void socket.resetAndDestroy(),
    reset: () => void socket.resetAndDestroy(),
    close: () => void socket.end(),
  };
}

interface Way {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly to: URL;
}

function forward(way: Way, body?: Buffer): Promise<UpstreamAnswer> {
  const { request, response, to } = way;
  const { method = 'GET', url: path = '/' } = request;
  // Without an agent, because a kept connection could end just when it is used again, which would be an unplanned
  // fault.
  const options = {
    host: hostOf(to),
    port: to.port || 80,
    method,
    path,
    agent: false,
    headers: requestHeaders(request),
  };
  const onward = sendRequest(options as object);
  return new Promise((resolve, reject) => {
    onward.on('information', ({ statusCode, statusMessage, rawHeaders }) => {
      if (statusCode !== 101) response.socket?.write(headOf(statusCode, statusMessage, rawHeaders));
    });
    onward.once('response', (answer) => resolve(answerOf(way, answer)));
    onward.on('error', (error: Error & { readonly syscall?: string }) => {
      const isConnect = error.syscall === 'connect' || error.syscall === 'getaddrinfo';
      reject(isConnect ? new UpstreamUnreachable(`${to.origin} cannot be reached: ${error.message}`) : error);
    });
    response.once('close', () => void (response.writableFinished || onward.destroy()));
    if (body) onward.end(body);
    else stream(request, onward);
  });
}

function answerOf({ response }: Way, answer: IncomingMessage): UpstreamAnswer {
  const { statusCode = 502, statusMessage = '', rawHeaders } = answer;
  const head = pairs(rawHeaders).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  const unframed = head.filter(([name]) => !FRAMING.has(name.toLowerCase()));
  const hasBody = response.req.method !== 'HEAD' && statusCode !== 204 && statusCode !== 304;
  const framed = (length: number) => (hasBody ? [...unframed, ['content-length', String(length)]] : head);
  return {
    status: statusCode,
    body: answer,
    relay: () => {
      response.writeHead(statusCode, statusMessage, head.flat());
      response.flushHeaders();
      stream(answer, response);
      // An answer that breaks off breaks off here, too.
      answer.once('close', () => void (answer.complete || endSoon(response.req.socket)));
    },
    send: (body) => {
      response.writeHead(statusCode, statusMessage, framed(body.length).flat());
      response.end(hasBody ? body : undefined);
    },
    tear: (body) => {
      if (!hasBody) return void response.writeHead(statusCode, statusMessage, head.flat()).end();
      response.writeHead(statusCode, statusMessage, framed(body.length + MISSING_BYTES).flat());
      response.flushHeaders();
      response.write(body);
      endSoon(response.req.socket);
    },
  };
}

/** Passes a body on, at the pace of the slower side, and its trailers. */
function stream(from: IncomingMessage, to: ServerResponse | ReturnType<typeof sendRequest>): void {
  from.on('error', () => {}).pipe(to, { end: false });
  from.once('end', () => {
    if (from.rawTrailers.length > 0) to.addTrailers(pairs(from.rawTrailers) as [string, string][]);
    to.end();
  });
}

/** Ends a connection once everything that was written is sent. */
function endSoon(socket: Socket): void {
  socket.destroySoon();
}

function requestHeaders({ method = 'GET', rawHeaders }: IncomingMessage): string[] {
  const kept = pairs(rawHeaders).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  const isFramed = kept.some(([name]) => FRAMING.has(name.toLowerCase()));
  return [...kept, ...(isFramed || BODYLESS.has(method) ? [] : [['Content-Length', '0'] as const])].flat();
}

function headOf(status: number, message: string, rawHeaders: readonly string[]): string {
  const lines = pairs(rawHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${message}\r\n${lines.join('')}\r\n`;
}

function pairs(raw: readonly string[]): readonly (readonly [string, string])[] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? '']);
}

/** Without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
