/**
 * The entry point for the bundler condition `browser`. It has the same names as `index.ts`, without the evidence that
 * only Node, Bun and Deno provide (dispatchers, error codes, early reading).
 */
export { anySignal } from './any-signal.ts';
export { announcesAtMost, bufferResponse } from './buffer-response.ts';
export { BufferedBody } from './buffered-body.ts';
export { type CopiedRequest, CopyWatch } from './copies/copy-watch.ts';
export { deliveryOfCopy } from './copies/delivery-of-copy.ts';
export { sentRequests } from './copies/sent-requests.ts';
export { copyResponse } from './copy-response.ts';
export { browserFailureKindOf as failureKindOf } from './delivery/browser-failure-kind-of.ts';
export { type DeliveryOptions, deliveryOf } from './delivery/delivery-of.ts';
export type { Runtime } from './delivery/detect-runtime.ts';
export { deliveryOfRequest } from './delivery/node-request.ts';
export { type DrainedCopy, discardResponse, drainCopy } from './discard-response.ts';
export { BrowserAttempt as FetchAttempt } from './fetch/browser-attempt.ts';
export type { FetchAttemptRequest, FetchFunction, FetchInit } from './fetch/plain-attempt.ts';
export { formDataBody } from './form-data-body.ts';
export { lookAtResponse } from './look-at-response.ts';
export { isNativeFetch as isOwnFetch } from './native-fetch.ts';
export { isOwnConnection, isOwnTransport } from './own-connection.ts';
export { readBytes } from './read-bytes.ts';
export { hasSeveralWrapped, hasWrappedDispatcher, markWrapped, type Wrapping, wrappingOf } from './wrapped.ts';
