export { bufferResponse } from './buffer-response.ts';
export { type DeliveryOptions, deliveryOf } from './delivery/delivery-of.ts';
export type { Runtime } from './delivery/detect-runtime.ts';
export { failureKindOf } from './delivery/failure-kind-of.ts';
export { discardResponse } from './discard-response.ts';
export { type DispatchWatch, deliveryOfCall, watchDispatch } from './dispatch-watch.ts';
export { readBytes } from './read-bytes.ts';
export { markWrapped, unwrapped } from './wrapped.ts';
