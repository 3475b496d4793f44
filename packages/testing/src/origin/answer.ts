import type { Afterwards } from './act.ts';
import type { Exchange } from './exchange.ts';
import { isBodyless, type ResponseHeaders, responseHead, saysClose } from './response-head.ts';

/** The start of a response, with its status, its headers, and how its body ends. */
export interface AnswerStart {
  readonly code: number;
  readonly headers: ResponseHeaders;
  /** Bytes of the body, or `chunked` for a body of unknown length. */
  readonly length: number | 'chunked';
}

/** A response whose header section has been written. */
export interface StartedAnswer {
  /** False if HTTP doesn't allow a body, as for HEAD. */
  readonly hasBody: boolean;
  /** To be called once the response is complete. */
  finish(): Afterwards;
}

/** Writes the header section of a response. */
export async function startAnswer(exchange: Exchange, { code, headers, length }: AnswerStart): Promise<StartedAnswer> {
  const isLast = exchange.isLast || saysClose(headers);
  const framing: ResponseHeaders =
    length === 'chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(length) };
  const all: ResponseHeaders = {
    ...(code === 204 || code === 304 ? {} : framing),
    ...(isLast && !saysClose(headers) ? { connection: 'close' } : {}),
    ...headers,
  };

  await exchange.write(responseHead(code, all));
  return {
    hasBody: !isBodyless(exchange.request.method, code),
    finish: () => {
      if (!isLast) return 'reuse';
      exchange.end();
      return 'finished';
    },
  };
}

/** Writes a whole response. */
export async function answer(
  exchange: Exchange,
  { code, headers, body }: { readonly code: number; readonly headers: ResponseHeaders; readonly body: Uint8Array },
): Promise<Afterwards> {
  const started = await startAnswer(exchange, { code, headers, length: body.length });
  if (started.hasBody && body.length > 0) await exchange.write(body);
  return started.finish();
}

/** One chunk in the chunked coding (RFC 9112 section 7.1); an empty one is the last. */
export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
