import { type AgentOptions, type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { RetryOptions, RetryPolicy } from '@twicesafe/core';
import { Operation, type Policy, policyFrom, runOperation } from '@twicesafe/core/adapter';
import { Connecting, ignore } from './connecting.ts';
import { onDestroy } from './on-destroy.ts';
import { PoolPlace } from './pool-place.ts';
import type { ConnectOptions, PooledAgent, SocketCallback } from './pooled-agent.ts';

/** Node's own options of an agent, and how connecting is repeated. */
export interface SafeAgentOptions extends HttpsAgentOptions {
  /**
   * For which kind of URLs the agent is.
   *
   * @default 'http:'
   */
  readonly protocol?: 'http:' | 'https:';
  /**
   * How connecting is retried. `maxAttempts`, `backoff`, `attemptTimeoutMs` (for one connection, including TLS),
   * `deadlineMs`, `budget` and `onEvent` apply. Give agents the same policy, and they share its budgets.
   *
   * @default the defaults of a policy: 3 attempts
   */
  readonly retry?: RetryOptions | RetryPolicy;
}

/**
 * Creates an agent for `node:http` and its clients that retries connecting, and never the request. It retries a refused
 * connection, a failed name lookup and an interrupted TLS handshake. A request is written only after its connection is
 * ready, so this is safe for every method and for streams.
 *
 * The last error is Node's own, and `reportOf` finds its report. `timeout` limits each attempt to connect.
 *
 * @param options - See {@link SafeAgentOptions}.
 * @throws {TypeError | RangeError} For a retry option that is unknown or has a value that is not allowed.
 *
 * @example
 * const agent = safeAgent({ protocol: 'https:', keepAlive: true });
 * https.request('https://api.example/orders', { agent, method: 'POST' }).end(order);
 */
export function safeAgent(options: SafeAgentOptions & { readonly protocol: 'https:' }): HttpsAgent;
export function safeAgent(options?: SafeAgentOptions & { readonly protocol?: 'http:' }): HttpAgent;
export function safeAgent(options: SafeAgentOptions = {}): HttpAgent {
  const { retry, protocol = 'http:', ...given } = options;
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError(`protocol must be 'http:' or 'https:', not ${JSON.stringify(protocol)}`);
  const policy = policyFrom(retry);
  const agent = protocol === 'https:' ? new HttpsAgent(given) : new HttpAgent(given as AgentOptions);
  // Node tunnels by itself through a proxy from the environment, and only Node knows when the tunnel is ready.
  return ('proxyEnv' in given ? agent : repeatConnecting(agent as unknown as PooledAgent, policy)) as HttpAgent;
}

function repeatConnecting(agent: PooledAgent, policy: Policy): PooledAgent {
  const { createSocket, createConnection } = agent;
  let request: ClientRequest | undefined;
  // Node asks for a connection within this call, and does not say for which request.
  agent.createSocket = (...parameters) => {
    [request] = parameters;
    createSocket.apply(agent, parameters);
    request = undefined;
  };
  agent.createConnection = (options, callback) => {
    if (!request) return createConnection.call(agent, options, callback);
    const connect = (): Socket => createConnection.call(agent, options) as Socket;
    void connectFor({ agent, policy, request, options, connect, callback: callback as SocketCallback });
    return undefined;
  };
  return agent;
}

/** A connection that a request asked for. */
interface Order {
  readonly agent: PooledAgent;
  readonly policy: Policy;
  readonly request: ClientRequest;
  readonly options: ConnectOptions;
  readonly connect: () => Socket;
  readonly callback: SocketCallback;
}

async function connectFor({ agent, policy, request, options, connect, callback }: Order): Promise<void> {
  const over = new AbortController();
  const place = new PoolPlace(agent, options, () => over.abort(new Error('The agent was destroyed')));
  const waited = place.isAwaitedBy(request);
  const stopWatching = onDestroy(request, (error) => over.abort(error));
  let socket: Socket;
  try {
    const traits = { method: 'CONNECT', url: urlOf(agent.protocol, options), headers: { get: () => null } };
    socket = await runOperation(new Operation(policy, traits), new Connecting(connect, over.signal));
    if (socket.destroyed) throw socket.errored ?? new Error('The connection was closed as soon as it was ready');
  } catch (error) {
    // A socket that became free may have taken the request from the queue. Then it was sent, and this isn't its error.
    if (!waited || place.isAwaitedBy(request)) callback(error as Error);
    place.giveUp(request);
    return;
  } finally {
    stopWatching();
  }
  place.leave();
  callback(null, socket);
  // The request listens from the next tick on.
  setImmediate(() => socket.off('error', ignore));
}

function urlOf(protocol: string, { host, port }: ConnectOptions): string {
  return `${protocol}//${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
