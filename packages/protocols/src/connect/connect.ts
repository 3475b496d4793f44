import { bodyJudge, protocol } from '@twicesafe/core';
import type { Protocol, ProtocolReading, ProtocolRequest, ProtocolSemantics } from '../protocol.ts';
import { quoted } from '../shared/quoted.ts';
import { judgeConnect, wants } from './answer.ts';
import { type ConnectService, methodsOf } from './services.ts';

export { judgeGrpcStatus } from './answer.ts';
export { endOfStream, trailersOf } from './frames.ts';
export type { ConnectMethod, ConnectService } from './services.ts';

/**
 * The meaning of each protobuf `option idempotency_level`. `IDEMPOTENCY_UNKNOWN`, 0, leaves the decision to the HTTP
 * method.
 */
const SEMANTICS: readonly ProtocolSemantics[] = ['method', 'safe', 'idempotent'];

/**
 * Reads unary methods of Connect and gRPC-Web by their `idempotency_level`. `NO_SIDE_EFFECTS` is safe and `IDEMPOTENT`
 * is idempotent. All other methods are treated like POST.
 *
 * @param services - Service descriptors that `protoc-gen-es` 2 generates. You don't need a protobuf dependency.
 * @throws {TypeError} If you don't pass a service, or a service lacks methods.
 * @example
 * import { Orders } from './gen/shop/v1/orders_pb.js';
 * wrapFetch(fetch, { protocols: [connect(Orders)] });
 */
export function connect(...services: readonly ConnectService[]): Protocol {
  const methods = methodsOf(services);

  function read({ method, url }: ProtocolRequest): ProtocolReading | undefined {
    const parsed = method === 'POST' || method === 'GET' ? URL.parse(url) : null;
    const path = parsed?.pathname.split('/').slice(-2).join('/') ?? '';
    const found = methods.get(path);
    return found && { subject: `Connect method ${quoted(path)}`, semantics: SEMANTICS[found.idempotency] ?? 'method' };
  }

  return protocol({ name: 'Connect', read, judge: bodyJudge(judgeConnect, { wants }) });
}
