import type { FailureDelivery } from '@twicesafe/core/adapter';
import type { Link } from './causes.ts';

/**
 * What the HTTP/2 errors of Node's family (node:http2, undici and the fetch on top of it) prove. All others with their
 * codes are unknown.
 */
export function http2Delivery({ code, message }: Link): FailureDelivery | undefined {
  // RFC 9113 section 8.7: REFUSED_STREAM guarantees that the request was not processed. No other code does.
  if (code === 'ERR_HTTP2_STREAM_ERROR' && message.endsWith('NGHTTP2_REFUSED_STREAM')) return 'refused';
  // RFC 9113 section 6.8: the stream is above GOAWAY's last stream. undici from 8.2 keeps this code for those alone.
  // The same text with UND_ERR_SOCKET (undici 6, 7, 8.0) is also said of streams that the server processed.
  if (code === 'UND_ERR_INFO' && message.startsWith('HTTP/2: "GOAWAY" frame received')) return 'refused';
  // node:http2 says so only of a stream that was still waiting for its number, so no frame of it was written.
  if (code === 'ERR_HTTP2_STREAM_CANCEL' && message.startsWith('The pending stream has been canceled'))
    return 'never-sent';
  // Thrown instead of opening a stream: the session had received a GOAWAY before (Node's documentation).
  return code === 'ERR_HTTP2_GOAWAY_SESSION' ? 'never-sent' : undefined;
}
