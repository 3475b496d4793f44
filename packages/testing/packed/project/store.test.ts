import { storeConformance } from '@twicesafe/testing/suites/store';
import { MapStore } from './map-store.js';

// Runs in node:test: the suite needs no other runner.
storeConformance(() => new MapStore());
