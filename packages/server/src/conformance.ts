export { type ConformanceStore, type OpenStore, type StoreCase, storeCases } from './conformance/store-cases.ts';
export { storeConformance, type TestRunner } from './conformance/store-conformance.ts';
