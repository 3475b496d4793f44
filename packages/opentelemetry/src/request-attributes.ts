import type { Attributes } from '@opentelemetry/api';

/**
 * RFC 9110 section 9, PATCH (RFC 5789) and QUERY: https://opentelemetry.io/docs/specs/semconv/http/http-spans/ note 1.
 */
const KNOWN_METHODS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY'.split(' '),
);

/** What a span or a series says about a request. */
export interface RequestName {
  readonly method: string;
  /** Scheme, host and port, or an empty string. */
  readonly origin: string;
}

/** The method as the conventions want it: `_OTHER` for one that they do not know. */
function knownMethod(method: string): string {
  return KNOWN_METHODS.has(method) ? method : '_OTHER';
}

/** The method as part of a span's name. */
export function methodName(method: string): string {
  return KNOWN_METHODS.has(method) ? method : 'HTTP';
}

/** The method and the server of a request. */
export function requestAttributes({ method, origin }: RequestName): Attributes {
  return { 'http.request.method': knownMethod(method), ...serverAttributes(origin) };
}

function serverAttributes(origin: string): Attributes {
  if (!URL.canParse(origin)) return {};
  const { hostname, port, protocol } = new URL(origin);
  const serverPort = port === '' ? { 'http:': 80, 'https:': 443 }[protocol] : Number(port);
  return { 'server.address': hostname, ...(serverPort !== undefined && { 'server.port': serverPort }) };
}
