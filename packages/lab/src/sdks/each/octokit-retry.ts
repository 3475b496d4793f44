import { Octokit } from '@octokit/core';
import { retry } from '@octokit/plugin-retry';
import { wrapFetch } from '@twicesafe/fetch';
import { octokitCalls } from '../octokit-calls.ts';
import { client } from '../recipes/octokit-retry.ts';
import type { Sdk } from '../sdk.ts';

const Retrying = Octokit.plugin(retry);

export const octokitRetry: Sdk = {
  name: '@octokit/plugin-retry',
  file: 'octokit-retry',
  retriesOff: 'leave the plugin out, or `retry: { enabled: false }`',
  marks: 'none',
  open(url, options) {
    const request = options && { request: { fetch: wrapFetch(options) } };
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    return octokitCalls(new Retrying({ baseUrl: url.slice(0, -1), log, ...request }));
  },
  recipe: (url) => octokitCalls(client(url.slice(0, -1))),
};
