export type {
  BodyJudge,
  Protocol,
  ProtocolAnswer,
  ProtocolKey,
  ProtocolReading,
  ProtocolRequest,
  ProtocolResponse,
  ProtocolSemantics,
} from '@twicesafe/core';

/** Selects the URLs that a protocol applies to. A `RegExp`, a `URLPattern` or any other object with `test(url)` fits. */
export interface UrlTest {
  /** Tests an absolute URL. */
  test(url: string): boolean;
}
