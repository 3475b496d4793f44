import type { AxiosHeaders, InternalAxiosRequestConfig } from 'axios';

/** A response or an error of axios: both carry the config of the call. */
interface Carrier {
  config?: InternalAxiosRequestConfig | undefined;
  readonly response?: Carrier;
}

/**
 * Puts the caller's config back into what axios gave, because interceptors compare and send it again. Its headers show what the
 * adapter added, as they would without us.
 *
 * @param ours - The headers that we added: they belong to this operation, and a config that is sent again is another one.
 */
export function restoreConfig<Settled>(
  settled: Settled,
  config: InternalAxiosRequestConfig,
  ours: readonly string[],
): Settled {
  if (typeof settled !== 'object' || settled === null) return settled;
  const carrier: Carrier = settled;
  if (carrier.response) restoreConfig(carrier.response, config, ours);
  const sent = carrier.config;
  if (sent === config || !('config' in carrier)) return settled;
  carrier.config = config;
  const headers = sent?.headers as Partial<AxiosHeaders> | undefined;
  for (const [name, value] of Object.entries(headers?.toJSON?.() ?? {}))
    if (!ours.includes(name.toLowerCase())) config.headers.set(name, value);
  return settled;
}
