import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { Readable } from 'node:stream';
import { poolOptionsOf, type RequestInitLike, type Subject } from '@twicesafe/testing/suites/client';
import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { bodyJudge, protocol, reauthorize, reportOf, wrapAxios } from '../src/index.ts';

/** What axios gave, by what the suite was given instead. */
const originals = new WeakMap<object, unknown>();

/** One of axios' adapters as the suite's subject, which speaks as fetch does. */
export function subjectOf(adapter: 'http' | 'fetch', library: typeof axios = axios): Subject {
  return {
    name: `wrapAxios over the ${adapter} adapter of axios ${library.VERSION}`,
    differs: adapter === 'http' ? ['node-http', 'whole-bodies'] : ['whole-bodies'],
    wrap(options) {
      const api = wrapAxios(library.create({ adapter }), options);
      return (input, init) => send(api, input, init);
    },
    makers: { bodyJudge, protocol, reauthorize },
    reportOf: (settled) => reportOf(originals.get(settled as object) ?? settled),
  };
}

async function send(api: AxiosInstance, input: string | Request, init: RequestInitLike = {}): Promise<Response> {
  const config = typeof input === 'string' ? configOf(input, init) : await configOfRequest(input);
  try {
    return responseOf(await api.request<ArrayBuffer>({ ...agentsFor(init.dispatcher), ...config }));
  } catch (error) {
    if (axios.isCancel(error)) {
      const reason: unknown = config.signal && (config.signal as AbortSignal).reason;
      originals.set(reason as object, error);
      throw reason;
    }
    throw error;
  }
}

function configOf(url: string, { method = 'GET', headers, body, signal, retry, dispatcher }: RequestInitLike) {
  return {
    url,
    method,
    headers: Object.fromEntries(new Headers(headers)),
    data: body instanceof ReadableStream ? Readable.fromWeb(body as never) : body,
    responseType: 'arraybuffer',
    validateStatus: () => true,
    ...(signal && { signal }),
    ...(retry && { retry }),
    ...(dispatcher ? { fetchOptions: { dispatcher } } : {}),
  } satisfies AxiosRequestConfig;
}

async function configOfRequest(request: Request) {
  const { url, method, headers, signal } = request;
  return configOf(url, { method, headers, signal, body: request.body && Buffer.from(await request.arrayBuffer()) });
}

function agentsFor(dispatcher: unknown): AxiosRequestConfig {
  const options = poolOptionsOf(dispatcher);
  if (!options) return {};
  const { connections, connect } = options;
  const common = { keepAlive: true, ...(connections && { maxSockets: connections }) };
  return {
    httpAgent: agentOf(dispatcher as object, () => new Agent(common)),
    httpsAgent: new SecureAgent({ ...common, ...connect }),
  };
}

const agents = new WeakMap<object, Agent>();

function agentOf(dispatcher: object, make: () => Agent): Agent {
  const agent = agents.get(dispatcher) ?? make();
  agents.set(dispatcher, agent);
  return agent;
}

function responseOf(original: AxiosResponse<ArrayBuffer>): Response {
  const { status, data, headers } = original;
  const fields = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const response = new Response(data.byteLength > 0 ? data : null, { status, headers: fields });
  originals.set(response, original);
  return response;
}
