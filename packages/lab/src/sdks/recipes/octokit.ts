import { Octokit } from '@octokit/rest';
import { wrapFetch } from '@twicesafe/fetch';

export function client(baseUrl: string): Octokit {
  return new Octokit({ baseUrl, request: { fetch: wrapFetch() } });
}
