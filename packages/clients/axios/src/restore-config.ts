import type { InternalAxiosRequestConfig } from 'axios';

/** A response or an error of axios, which both contain the config of the call. */
interface Carrier {
  config?: InternalAxiosRequestConfig | undefined;
  readonly response?: Carrier;
}

/**
 * Puts the caller's config back into what axios gave, because interceptors compare and send it again. Its headers show
 * what the adapter added, as they would without twicesafe.
 *
 * @param ours - The headers that twicesafe added. They belong to this operation only, and the caller may send the
 *   config again.
 */
export function restoreConfig<Settled>(
  settled: Settled,
  config: InternalAxiosRequestConfig,
  ours: readonly string[],
): Settled {
  if (typeof settled !== 'object' || settled === null) return settled;
  const carrier: Carrier = settled;
  if (carrier.response) restoreConfig(carrier.response, config, ours);
  if (!('config' in carrier)) return settled;
  const sent = carrier.config;
  carrier.config = config;
  const headers: Readonly<Record<string, unknown>> = sent?.headers ?? {};
  const own = config.headers as Record<string, unknown>;
  for (const name of Object.keys(headers)) if (!ours.includes(name.toLowerCase())) own[name] = headers[name];
  return settled;
}
