import { causesOf } from './causes.ts';
import { isCertificateCode } from './certificate.ts';
import { currentRuntime, type Runtime } from './detect-runtime.ts';
import { isProgrammerError } from './programmer-error.ts';

/**
 * Why a call failed that was not aborted, as far as it decides whether another attempt makes sense.
 *
 * - `certificate`: the server's certificate was not accepted, and will not be the next time.
 * - `programmer-error`: the caller built a request that cannot be sent.
 * - `network`: everything else, and everything that cannot be told from it. Takes anything and never throws.
 */
export function failureKindOf(
  error: unknown,
  runtime: Runtime = currentRuntime(),
): 'network' | 'programmer-error' | 'certificate' {
  const chain = causesOf(error);
  if (chain.some(({ code }) => isCertificateCode(code))) return 'certificate';
  return isProgrammerError(chain, runtime) ? 'programmer-error' : 'network';
}
