export { type OpenStore, type StoreCase, storeCases } from './store-cases.ts';
export { storeConformance, type TestRunner } from './store-conformance.ts';
export type { AcquiredLike, ClaimLike, StoreLike } from './store-like.ts';
