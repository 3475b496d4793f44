import { LogLevel, WebClient } from '@slack/web-api';
import { wrapFetch } from '@twicesafe/fetch';
import { client } from '../recipes/slack.ts';
import type { Calls, Sdk } from '../sdk.ts';

/** As installed, ten retries, but within a moment instead of half an hour. */
const retryConfig = { retries: 10, minTimeout: 0, maxTimeout: 1 };

function calls(sdk: WebClient): Calls {
  return {
    read: () => sdk.conversations.list(),
    write: () => sdk.chat.postMessage({ channel: 'orders', text: 'order' }),
  };
}

export const slack: Sdk = {
  name: '@slack/web-api',
  file: 'slack',
  retriesOff: '`retryConfig: { retries: 0 }`',
  marks: 'none; every call is a POST',
  open(slackApiUrl, options) {
    const settings = { slackApiUrl, retryConfig, logLevel: LogLevel.ERROR };
    return calls(new WebClient('token', { ...settings, ...(options && { fetch: wrapFetch(options) }) }));
  },
  recipe: (url) => calls(client(url)),
};
