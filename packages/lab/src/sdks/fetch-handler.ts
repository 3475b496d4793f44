import { Readable } from 'node:stream';

/** The part of the AWS SDK's `HttpRequest` that the handler sends. */
interface AwsRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Makes a request handler for the AWS SDK from a fetch, because the SDK's own handler has no such option. */
export function fetchHandler(fetch: typeof globalThis.fetch): object {
  return {
    async handle({ method, protocol, hostname, port, path, query, headers, body }: AwsRequest) {
      const url = new URL(`${protocol}//${hostname}:${port}${path}`);
      for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value ?? ''));
      const { host: _, 'content-length': __, ...sent } = headers;
      const response = await fetch(url, { method, headers: sent, body: (body || null) as string | null });
      const { status: statusCode } = response;
      const bytes = Buffer.from(await response.arrayBuffer());
      return { response: { statusCode, headers: Object.fromEntries(response.headers), body: Readable.from([bytes]) } };
    },
  };
}
