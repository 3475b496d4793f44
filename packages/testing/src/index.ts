export { listenersOf, openResources } from './leaks/open-resources.ts';
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
export { Origin } from './origin/origin.ts';
export type { ReceivedRequest } from './origin/received-request.ts';
export type { ResponseHeaders } from './origin/response-head.ts';
export { ConnectProxy, type TunnelAct } from './proxy/connect-proxy.ts';
export { adapterSuite } from './suites/client/adapter-suite.ts';
export {
  type ReportLike,
  type RequestInitLike,
  rejectionOf,
  type Send,
  type Subject,
  stageFor,
} from './suites/client/subject.ts';
export { VirtualClock } from './time/virtual-clock.ts';
