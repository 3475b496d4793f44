import { Readable } from 'node:stream';
import { poolOptionsOf, type RequestInitLike, type Send, type Subject } from '@twicesafe/testing/suites/client';
import { Agent, type Dispatcher, interceptors, request } from 'undici';
import { type RetryOptions, type RetryPolicy, reportOf, retry, withRetry } from '../src/index.ts';

/** The object under which each response's report is found. */
const headersOf = new WeakMap<Response, object>();
const NULL_BODY = new Set([204, 205, 304]);
const shared = new Agent();

/** The report of a response that `sender` made, or of an error. */
export const undiciReportOf: Subject['reportOf'] = (settled) =>
  reportOf(settled instanceof Response ? headersOf.get(settled) : settled);

/** `undici.request` in the words of fetch: follows redirects inside an operation, and gives a `Response`. */
export function sender(options: RetryOptions | RetryPolicy): Send {
  const interceptor = retry(options);
  const composed = new WeakMap<object, Dispatcher>();
  const dispatcherFor = (dispatcher: Dispatcher): Dispatcher => {
    // The suite's pools are for Node's own fetch.
    const pool = poolOptionsOf(dispatcher);
    const agent = pool ? new Agent(pool as Agent.Options) : dispatcher;
    const known =
      composed.get(dispatcher) ?? agent.compose(interceptors.redirect({ maxRedirections: 20 }), interceptor);
    composed.set(dispatcher, known);
    return known;
  };
  return async (input, init = {}) => {
    const target = typeof input === 'string' ? { url: input, init } : await fromRequest(input, init);
    const { method = 'GET', signal, retry: word, dispatcher = shared } = target.init;
    const [body, type] = bodyOf(target.init.body);
    const given = {
      method: method as Dispatcher.HttpMethod,
      headers: { ...type, ...(target.init.headers as Record<string, string> | undefined) },
      dispatcher: dispatcherFor(dispatcher as Dispatcher),
      ...(signal && { signal }),
      ...(body !== undefined && { body: body as string }),
    };
    const { statusCode, headers, body: content } = await request(target.url, word ? withRetry(given, word) : given);
    const pairs = Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((each) => [name, each] as [string, string]),
    );
    const bodyless = NULL_BODY.has(statusCode) || method === 'HEAD';
    if (bodyless) await content.dump();
    const response = new Response(
      bodyless ? null : (Readable.toWeb(content) as ReadableStream<Uint8Array<ArrayBuffer>>),
      { status: statusCode, headers: pairs },
    );
    headersOf.set(response, headers);
    return response;
  };
}

/** Undici knows no URLSearchParams as a body. */
function bodyOf(body: unknown): [body: unknown, headers: Record<string, string>] {
  if (!(body instanceof URLSearchParams)) return [body, {}];
  return [body.toString(), { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }];
}

async function fromRequest(input: Request, init: RequestInitLike): Promise<{ url: string; init: RequestInitLike }> {
  const { url, method, signal } = input;
  const body = input.body ? await input.bytes() : undefined;
  return { url, init: { method, signal, headers: Object.fromEntries(input.headers), body, ...init } };
}
