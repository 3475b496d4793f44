import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { type Difference, poolOptionsOf, type RequestInitLike, type Subject } from '@twicesafe/testing/suites/client';
import got, { type Got, type Response as GotResponse, type OptionsInit } from 'got';
import { bodyJudge, protocol, reauthorize, reportOf, retryContext, wrapGot } from '../src/index.ts';

/** What got gave, by what the suite was given instead. */
const originals = new WeakMap<object, unknown>();

/** got as the suite's subject, which speaks as fetch does. */
export function subjectOf(name: string, instance: Got = got, differs: readonly Difference[] = []): Subject {
  return {
    name: `wrapGot of ${name}`,
    differs: ['node-http', 'whole-bodies', ...differs],
    wrap(options) {
      const client = wrapGot(instance, options);
      return (input, init) => send(client, input, init);
    },
    makers: { bodyJudge, protocol, reauthorize },
    reportOf: (settled) => reportOf(originals.get(settled as object) ?? settled),
  };
}

async function send(client: Got, input: string | Request, init: RequestInitLike = {}): Promise<Response> {
  const [url, options] = typeof input === 'string' ? [input, await optionsOf(init)] : await ofRequest(input);
  try {
    return responseOf((await client(url, { ...options, ...agentsFor(init.dispatcher) })) as GotResponse<unknown>);
  } catch (error) {
    const { name, response } = error as { name: string; response?: GotResponse<unknown> };
    if (name === 'HTTPError' && response) return responseOf(response);
    if (name !== 'AbortError') throw error;
    const reason: unknown = options.signal?.reason;
    originals.set(reason as object, error);
    throw reason;
  }
}

async function optionsOf({ method = 'GET', headers, body, signal, retry }: RequestInitLike): Promise<OptionsInit> {
  const fields = new Headers(headers);
  const native = await bodyOf(body, fields);
  return {
    method: method as 'GET',
    headers: Object.fromEntries(fields),
    responseType: 'buffer',
    ...(native !== undefined && { body: native }),
    ...(signal && { signal }),
    ...(retry && { context: retryContext(retry) }),
  };
}

/** fetch knows more kinds of bodies than got. */
async function bodyOf(body: unknown, fields: Headers): Promise<OptionsInit['body']> {
  if (body instanceof URLSearchParams) {
    fields.set('content-type', 'application/x-www-form-urlencoded');
    return String(body);
  }
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (!(body instanceof Blob)) return (body ?? undefined) as OptionsInit['body'];
  if (body.type) fields.set('content-type', body.type);
  return new Uint8Array(await body.arrayBuffer());
}

async function ofRequest(request: Request): Promise<[string, OptionsInit]> {
  const { url, method, headers, signal } = request;
  const body = request.body ? await request.arrayBuffer() : undefined;
  return [url, await optionsOf({ method, headers, signal, body })];
}

const agents = new WeakMap<object, OptionsInit>();

function agentsFor(dispatcher: unknown): OptionsInit {
  const options = poolOptionsOf(dispatcher);
  if (!options) return {};
  const known = agents.get(dispatcher as object);
  if (known) return known;
  const { connections, connect } = options;
  const common = { keepAlive: true, ...(connections && { maxSockets: connections }) };
  const agent = { http: new Agent(common), https: new SecureAgent(common) };
  const made = { agent, ...(connect?.ca && { https: { certificateAuthority: connect.ca } }) };
  agents.set(dispatcher as object, made);
  return made;
}

function responseOf(original: GotResponse<unknown>): Response {
  const { statusCode, rawBody, headers } = original;
  const fields = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const bodyless = rawBody.byteLength === 0 || statusCode === 204 || statusCode === 304;
  const response = new Response(bodyless ? null : new Uint8Array(rawBody), { status: statusCode, headers: fields });
  originals.set(response, original);
  return response;
}
