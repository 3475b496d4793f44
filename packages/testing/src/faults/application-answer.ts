import type { ResponseHeaders } from '../origin/response-head.ts';

/** The normal response of the application. */
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

/** A small JSON document, because many SDKs read only JSON. */
export function plainAnswer(): ApplicationAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"id":"1","ok":true}' };
}

/**
 * The answer to a key that was first used with another request (draft-ietf-httpapi-idempotency-key-header section 2.7).
 */
export const KEY_REUSED: ApplicationAnswer = {
  status: 422,
  headers: { 'content-type': 'application/problem+json' },
  body: '{"title":"the idempotency key was first used with another request"}',
};
