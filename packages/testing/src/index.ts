export type { Act, Afterwards, ConnectionAct, RequestAct } from './act.ts';
export { type BodyAnswer, bigBody, endlessBody, type SlowBody, slowBody, stalledBody } from './acts/bodies.ts';
export { garbage, statusEarly, truncate } from './acts/broken-answers.ts';
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
} from './acts/cuts.ts';
export { redirect, type StatusAnswer, status } from './acts/status.ts';
export { cert, key } from './certificate.ts';
export { closedPort } from './closed-port.ts';
export { ConnectProxy, type TunnelAct } from './connect-proxy.ts';
export type { Exchange } from './exchange.ts';
export { goAwayBelowTheFirstStream } from './go-away.ts';
export { Http2Origin, type StreamAct } from './http2-origin.ts';
export { listenersOf, openResources } from './open-resources.ts';
export { Origin } from './origin.ts';
export type { ReceivedRequest } from './received-request.ts';
export type { ResponseHeaders } from './response-head.ts';
export { adapterSuite } from './suite/adapter-suite.ts';
export {
  type ReportLike,
  type RequestInitLike,
  rejectionOf,
  type Send,
  type Subject,
  stageFor,
} from './suite/subject.ts';
export { VirtualClock } from './virtual-clock.ts';
