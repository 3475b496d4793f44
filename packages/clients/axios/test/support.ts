import { createRequire } from 'node:module';
import axios from 'axios';

/** The copy of axios that `require` gives: not the one that this package imports. */
export const required = createRequire(import.meta.url)('axios') as typeof axios;

/** axios' own adapters in Node, of both copies. */
export const ADAPTERS = [
  ['http', axios],
  ['fetch', axios],
  ['http', required],
  ['fetch', required],
] as const;

export const soon = { backoff: () => 1 };
