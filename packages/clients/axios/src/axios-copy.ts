import axios, {
  type AxiosAdapter,
  type AxiosInstance,
  type AxiosPromise,
  type AxiosRequestConfig,
  type InternalAxiosRequestConfig,
} from 'axios';

/**
 * The adapter of an instance. It is a function, the name of one of axios' own, or a list whose first working adapter is
 * used.
 */
export type Adapter = InternalAxiosRequestConfig['adapter'];

/** What an outer axios has done already, and an inner one must not do again. */
const DONE = { transformRequest: [], transformResponse: [] };

/**
 * The copy of axios that an instance belongs to. An application may have several copies of axios (`import` and
 * `require` already load two), and an error of one isn't an `AxiosError` of the other.
 */
export class AxiosCopy {
  readonly #bare: AxiosInstance;
  readonly #getAdapter: typeof axios.getAdapter | undefined;

  constructor(instance: AxiosInstance) {
    this.#bare = instance.create();
    const defaults = this.#bare.defaults as unknown as Record<string, unknown>;
    for (const name of Object.keys(defaults)) delete defaults[name];
    this.#getAdapter = (instance as Partial<typeof axios>).getAdapter;
  }

  /** Sends one request with an adapter. A name refers to the adapter of this copy. */
  send(adapter: Adapter, config: InternalAxiosRequestConfig): AxiosPromise {
    if (typeof adapter === 'function') return adapter(config);
    const getAdapter = this.#getAdapter ?? (isOurs(config) ? axios.getAdapter : undefined);
    if (getAdapter) return (getAdapter(adapter, config) as AxiosAdapter)(config);
    const sent = this.#bare.request({
      ...config,
      ...DONE,
      adapter,
      headers: { ...config.headers },
    } as AxiosRequestConfig);
    return sent.catch(leaveDataOut);
  }

  /** The URL of a request, with `baseURL` and `params`. */
  urlOf(config: InternalAxiosRequestConfig): string {
    try {
      return this.#bare.getUri(config);
    } catch {
      return String(config.url);
    }
  }

  /** The error with which this copy answers a caller who canceled. It checks that before it asks any adapter. */
  async cancellation({ signal, cancelToken }: InternalAxiosRequestConfig): Promise<unknown> {
    const asked = this.#bare.request({
      ...(signal && { signal }),
      ...(cancelToken && { cancelToken }),
      adapter: () => Promise.reject(),
    });
    return asked.catch((error: unknown) => error);
  }
}

/** A truncated response has no data. The inner axios transforms it all the same, and so adds the member. */
function leaveDataOut(error: unknown): never {
  const { response } = Object(error) as { readonly response?: { data?: unknown } };
  if (response && response.data === undefined) delete response.data;
  throw error;
}

/** Whether a config was made by the copy of axios that this package imports. */
function isOurs({ headers }: InternalAxiosRequestConfig): boolean {
  return typeof axios.AxiosHeaders === 'function' && headers instanceof axios.AxiosHeaders;
}
