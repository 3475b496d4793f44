import type { Octokit } from '@octokit/core';
import type { Calls } from './sdk.ts';

export function octokitCalls(sdk: Pick<Octokit, 'request'>): Calls {
  return {
    read: () => sdk.request('GET /orders'),
    write: () => sdk.request('POST /orders', { item: 7 }),
  };
}
