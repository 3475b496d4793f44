import type { FailureDelivery } from '@twicesafe/core/adapter';
import { deliveryOf } from './delivery-of.ts';
import { currentRuntime } from './detect-runtime.ts';

/** As much of Node's ClientRequest as proves something. */
interface NodeRequest {
  readonly destroyed: boolean;
  readonly socket: object | null;
  readonly agent?: { readonly addRequest?: unknown };
}

/** As much of Node's sockets as proves something. `secureConnecting` is undocumented, but Node's own agents use it. */
interface NodeSocket {
  readonly destroyed: boolean;
  readonly secureConnecting?: boolean;
}

type Constructor = new (...parameters: never[]) => object;

interface Builtins {
  readonly process?: {
    getBuiltinModule?(name: 'node:http'): { readonly ClientRequest: Constructor; readonly Agent: Constructor };
    getBuiltinModule?(name: 'node:net'): { readonly Socket: Constructor };
  };
}

/**
 * Returns what is proved about a failed request of node:http. The caller makes sure that the error belongs to its only
 * hop, and that a stream of its body can't have caused it.
 *
 * @param request - Node's ClientRequest, follow-redirects' request around it, or a stream of node:http2. Everything
 *   else is unknown.
 * @example
 * request.on('error', (error) => console.log(deliveryOfRequest(error, request))); // 'never-sent'
 */
export function deliveryOfRequest(error: unknown, request: unknown): FailureDelivery {
  const { getBuiltinModule } = (globalThis as Builtins).process ?? {};
  if (!getBuiltinModule || currentRuntime() !== 'node' || typeof request !== 'object' || request === null)
    return 'unknown';
  // A stream of node:http2 follows no redirects, and its errors name the stream.
  if (request.constructor?.name === 'ClientHttp2Stream') return deliveryOf(error);
  const { ClientRequest, Agent } = getBuiltinModule('node:http');
  const current = '_currentRequest' in request ? request._currentRequest : request;
  if (!(current instanceof ClientRequest)) return 'unknown';
  const { socket, destroyed, agent } = current as unknown as NodeRequest;
  if (!socket) {
    // Node's own agent gives a destroyed request no socket any more, so it can never be written.
    const queued = destroyed && agent?.addRequest === (Agent.prototype as { addRequest?: unknown }).addRequest;
    return queued ? 'never-sent' : deliveryOf(error);
  }
  // Any other stream of an agent may have sent the request on before it failed.
  if (!(socket instanceof getBuiltinModule('node:net').Socket)) return 'unknown';
  const { destroyed: closed, secureConnecting } = socket as unknown as NodeSocket;
  // The handshake was not over, and what the request wrote was still waiting for it.
  if (secureConnecting === true) return closed ? 'never-sent' : 'unknown';
  return deliveryOf(error);
}
