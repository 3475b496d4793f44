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

/** Which URLs a protocol applies to: anything with `test(url)`, such as a `RegExp` or a `URLPattern`. */
export interface UrlTest {
  /** Tests an absolute URL. */
  test(url: string): boolean;
}
