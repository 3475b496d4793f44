import type { FailureDelivery } from '@twicesafe/core/adapter';
import type { Link } from './causes.ts';

/**
 * What one error of Deno's fetch proves for a stream body. If a keep-alive connection drops, Deno silently resends all
 * other requests, and the error then belongs to the duplicate.
 */
export function denoDelivery({ message }: Link): FailureDelivery | undefined {
  // The caller's stream failed, and its error is a cause. It may be that of another fetch, after this request was sent.
  if (message.includes('request body stream errored')) return 'unknown';
  // hyper could not connect. A serialized URL has no spaces, so an address in the message cannot forge this.
  if (message.includes(' client error (Connect): ')) return 'never-sent';
  // h2's words for REFUSED_STREAM, RFC 9113 section 8.7.
  if (message.includes('stream error received: refused stream before processing any application logic'))
    return 'refused';
  return undefined;
}
