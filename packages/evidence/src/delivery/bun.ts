import type { FailureDelivery } from '@twicesafe/core/adapter';
import type { Link } from './causes.ts';
import { isCertificateCode } from './certificate.ts';

// Bun's own fetch failed to connect: no `syscall`, and `errno` 0. With either, the code is another API's.
const NO_CONNECTION: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EACCES']);

/**
 * What one error of Bun's fetch proves. It applies to POST and PATCH, which Bun sends only once, so that the error
 * belongs to that request. Of all others an earlier copy may have been processed.
 */
export function bunDelivery({ code, errno, message, syscall }: Link): FailureDelivery | undefined {
  const proved =
    syscall === 'getaddrinfo' || // no address, so no connection
    isCertificateCode(code) || // verified inside the handshake
    code === 'ERR_PROXY_TUNNEL' || // the proxy refused the CONNECT: the origin heard nothing
    (!syscall &&
      !errno &&
      (NO_CONNECTION.has(code) ||
        // connect(2) timed out; the same code in other words is a read's, with the request sent
        (code === 'ETIMEDOUT' && message.startsWith('Unable to connect'))));
  return proved ? 'never-sent' : undefined;
}
