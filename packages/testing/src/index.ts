export type { ApplicationAnswer } from './faults/application-answer.ts';
export type { Fault, FaultAnswer, FaultName } from './faults/fault.ts';
export { actOf, type FaultSetting } from './faults/fault-act.ts';
export { faults } from './faults/faults.ts';
export { listenersOf, openResources } from './leaks/open-resources.ts';
export { Ledger, type LedgerOptions, type LedgerRequest, type Processing } from './ledger/ledger.ts';
export type { Act, Afterwards, ConnectionAct, RequestAct } from './origin/act.ts';
export { type BodyAnswer, bigBody, endlessBody, type SlowBody, slowBody, stalledBody } from './origin/acts/bodies.ts';
export { garbage, statusEarly, truncate } from './origin/acts/broken-answers.ts';
export {
  closeAfterReading,
  hang,
  processThenAlert,
  processThenClose,
  processThenHang,
  processThenReset,
  resetAfterReading,
  resetBeforeReading,
  resetOnAccept,
} from './origin/acts/cuts.ts';
export { redirect, type StatusAnswer, status } from './origin/acts/status.ts';
export { cert, key } from './origin/certificate.ts';
export { closedPort } from './origin/closed-port.ts';
export type { Exchange } from './origin/exchange.ts';
export { goAwayBelowTheFirstStream } from './origin/http2/go-away.ts';
export { Http2Origin, type StreamAct } from './origin/http2/http2-origin.ts';
export { Origin, type OriginOptions } from './origin/origin.ts';
export type { ReceivedRequest } from './origin/received-request.ts';
export type { ResponseHeaders } from './origin/response-head.ts';
export { scriptedOrigin } from './origin/scripted-origin.ts';
export { type Served, type ServeOptions, serve, serveHttp2, serveSockets } from './origin/serve.ts';
export type { ProofOptions } from './prove/options.ts';
export type { Proof, ProofRow } from './prove/proof.ts';
export type { Run } from './prove/prove-run.ts';
export { provesSafe } from './prove/proves-safe.ts';
export { TestingError, type TestingErrorCode } from './prove/testing-error.ts';
export type { Claim, Verdict } from './prove/verdict.ts';
export { ConnectProxy, type TunnelAct } from './proxy/connect-proxy.ts';
export { type FaultProxy, type FaultProxyOptions, faultProxy } from './proxy/fault-proxy.ts';
export type { ProxiedRequest } from './proxy/passage.ts';
export { rejectionOf } from './rejection-of.ts';
export { VirtualClock, virtualClock } from './time/virtual-clock.ts';
