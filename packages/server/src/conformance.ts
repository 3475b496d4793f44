export { type ConformanceStore, type OpenStore, type StoreCase, storeCases } from './conformance/store-cases.ts';
export { storeConformance } from './conformance/store-conformance.ts';
