import type { ProtocolReading } from '@twicesafe/core';

export type {
  BodyJudge,
  Protocol,
  ProtocolAnswer,
  ProtocolReading,
  ProtocolRequest,
  ProtocolResponse,
} from '@twicesafe/core';

/** What a request may do. See `ProtocolReading`. */
export type ProtocolSemantics = ProtocolReading['semantics'];

/** An idempotency key that an API description declares. */
export type ProtocolKey = NonNullable<ProtocolReading['idempotencyKey']>;

/**
 * Selects the URLs that a protocol applies to. A `RegExp`, a `URLPattern` or any other object with `test(url)` fits.
 */
export interface UrlTest {
  /** Tests an absolute URL. */
  test(url: string): boolean;
}
