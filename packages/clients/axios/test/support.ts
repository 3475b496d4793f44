import { createRequire } from 'node:module';
import axios from 'axios';

/** The copy of axios that `require` gives: not the one that this package imports. */
export const required: typeof axios = createRequire(import.meta.url)('axios');

/** axios' own adapters in Node, of both copies. */
export const ADAPTERS: readonly (readonly [adapter: 'http' | 'fetch', library: typeof axios])[] = [
  ['http', axios],
  ['fetch', axios],
  ['http', required],
  ['fetch', required],
];

export const soon = { backoff: (): number => 1 };
