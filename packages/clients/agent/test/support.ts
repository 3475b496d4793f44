import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { closedPort, Origin } from '@twicesafe/testing';
import { type RetryEvent, type SafeAgentOptions, safeAgent } from '../src/index.ts';

/** An origin that refuses connections until the first retry is scheduled. */
export async function lateOrigin(): Promise<{
  origin: Origin;
  options: SafeAgentOptions & { readonly protocol?: 'http:' };
  retries: () => number;
}> {
  const origin = await Origin.listen();
  await origin.close();
  let retries = 0;
  const onEvent = ({ type }: { type: string }): void => {
    if (type === 'retry-scheduled' && retries++ === 0) void origin.reopen();
  };
  return { origin, options: { retry: { backoff: () => 20, onEvent } }, retries: () => retries };
}

/** Sends by node:http, and gives the text of the answer. */
export function send(
  url: string,
  { body = 'order', ...options }: RequestOptions & { body?: string } = {},
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = url.startsWith('https') ? httpsRequest : httpRequest;
  request(url, { method: 'POST', ...options }, (response: IncomingMessage) => void text(response).then(resolve, reject))
    .on('error', reject)
    .end(body);
  return promise;
}

/** An agent that waits for long before it connects again, to a port that refuses it. `waits` resolves when it does. */
export async function waitingAgent(): Promise<{
  agent: ReturnType<typeof safeAgent>;
  url: string;
  waits: Promise<void>;
}> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onEvent = ({ type }: RetryEvent): void => {
    if (type === 'retry-scheduled') resolve();
  };
  const agent = safeAgent({ retry: { backoff: () => 60_000, onEvent } });
  return { agent, url: `http://127.0.0.1:${await closedPort()}/`, waits: promise };
}
