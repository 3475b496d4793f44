import { Octokit } from '@octokit/rest';
import { wrapFetch } from '@twicesafe/fetch';
import { octokitCalls } from '../octokit-calls.ts';
import { client } from '../recipes/octokit.ts';
import type { Sdk } from '../sdk.ts';

export const octokit: Sdk = {
  name: '@octokit/rest',
  file: 'octokit',
  retriesOff: 'has none',
  marks: 'none',
  open: (url, options) =>
    octokitCalls(
      new Octokit({ baseUrl: url.slice(0, -1), ...(options && { request: { fetch: wrapFetch(options) } }) }),
    ),
  recipe: (url) => octokitCalls(client(url.slice(0, -1))),
};
