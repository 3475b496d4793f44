import { causesOf } from './causes.ts';
import { isCertificateCode } from './certificate.ts';
import { currentRuntime, type Runtime } from './detect-runtime.ts';
import { isPermanent } from './permanent.ts';
import { isProgrammerError } from './programmer-error.ts';

/**
 * Why a call failed that was not aborted, as far as it decides whether another attempt makes sense.
 *
 * - `certificate`: the server's certificate was rejected, and a retry would get the same one.
 * - `permanent`: another permanent cause, such as a redirect loop, or a 4xx that a wrapped client threw.
 * - `programmer-error`: the caller built a request that cannot be sent.
 * - `network`: everything else. Takes anything and never throws.
 *
 * @example
 * failureKindOf(error); // 'certificate': a retry gets the same one
 */
export function failureKindOf(
  error: unknown,
  runtime: Runtime = currentRuntime(),
): 'network' | 'programmer-error' | 'certificate' | 'permanent' {
  const chain = causesOf(error);
  if (chain.some(({ code }) => isCertificateCode(code))) return 'certificate';
  // Comes first, because undici also has its code for wrong arguments on a proxy that answers 407.
  if (isPermanent(error, chain)) return 'permanent';
  return isProgrammerError(chain, runtime) ? 'programmer-error' : 'network';
}
