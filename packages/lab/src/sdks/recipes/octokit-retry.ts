import { Octokit } from '@octokit/core';
import { wrapFetch } from '@twicesafe/fetch';

// Instead of Octokit.plugin(retry).
export function client(baseUrl: string): Octokit {
  return new Octokit({ baseUrl, request: { fetch: wrapFetch() } });
}
