import type { ProtocolRequest, ProtocolResponse } from '../../src/protocol.ts';

/** A request as a protocol sees it. */
export function requestOf(
  method: string,
  url: string,
  {
    body,
    headers = {},
  }: { readonly body?: string | undefined; readonly headers?: Readonly<Record<string, string>> } = {},
): ProtocolRequest {
  return { method, url, headers: new Headers(headers), body: () => body };
}

/** A POST with a JSON body. */
export function jsonRequest(payload: unknown, headers: Readonly<Record<string, string>> = {}): ProtocolRequest {
  return requestOf('POST', 'https://api.example/graphql', {
    body: JSON.stringify(payload),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** A response as a protocol sees it; JSON unless the headers say otherwise. */
export function responseOf(status: number, headers: Readonly<Record<string, string>> = {}): ProtocolResponse {
  return { status, headers: new Headers({ 'content-type': 'application/json', ...headers }) };
}
