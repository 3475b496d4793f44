import type { ResponseHeaders } from '../origin/response-head.ts';

/** What the application answers when nothing goes wrong. */
export interface ApplicationAnswer {
  /**
   * The status.
   *
   * @default 200
   */
  readonly status?: number;
  readonly headers?: ResponseHeaders;
  readonly body?: string | Uint8Array;
}

/** A small JSON document, because many SDKs read nothing else. */
export function plainAnswer(): ApplicationAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"id":"1","ok":true}' };
}
