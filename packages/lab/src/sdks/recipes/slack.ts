import { WebClient } from '@slack/web-api';
import { wrapFetch } from '@twicesafe/fetch';

// Every method is a POST. Those whose name ends like this read.
const rules = [{ url: /\/[a-zA-Z.]+\.(list|info|history|test)$/, repeat: 'always' }] as const;

export function client(slackApiUrl: string): WebClient {
  return new WebClient('token', { slackApiUrl, fetch: wrapFetch({ rules }), retryConfig: { retries: 0 } });
}
