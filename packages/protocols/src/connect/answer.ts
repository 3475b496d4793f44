import type { ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { at, parseJson } from '../shared/json.ts';
import { mediaTypeOf } from '../shared/media-type.ts';
import { quoted } from '../shared/quoted.ts';
import { type ConnectCode, codeNamed, codeNumbered } from './codes.ts';
import { trailersOf } from './frames.ts';
import { pushbackOf } from './pushback.ts';
import { retryInfoMs, statusDetailsMs } from './retry-info.ts';

/**
 * Judges a response of a unary method by its Connect error in JSON, or by its gRPC-Web status in the headers or the
 * text.
 *
 * Only the server's own output counts. A proxy's 503 without a Connect error is judged by its HTTP status, and a code
 * that the client made up never gets here.
 */
export function judgeConnect(response: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  const { headers } = response;
  if (!mediaTypeOf(headers).startsWith('application/grpc-web')) return judgeUnary(response, text);
  const trailers = mediaTypeOf(headers).startsWith('application/grpc-web-text') ? trailersOf(text) : undefined;
  return judgeGrpcStatus({ get: (name) => trailers?.get(name) ?? headers.get(name) });
}

/**
 * Whether a response may have an error: the status of a Connect response says so, that of a gRPC-Web response doesn't.
 */
export function wants({ status, headers }: ProtocolResponse): boolean {
  return status >= 400 || mediaTypeOf(headers).startsWith('application/grpc-web');
}

/**
 * Judges the status of a gRPC or gRPC-Web response.
 *
 * @param trailers - The trailers, or the headers of a response that has only trailers. See `trailersOf` for a body.
 * @example
 * judgeGrpcStatus(new Headers({ 'grpc-status': '14' }));
 * // { verdict: 'transient', subject: 'gRPC status `unavailable`' }
 */
export function judgeGrpcStatus(trailers: ProtocolResponse['headers']): ProtocolAnswer | undefined {
  const status = trailers.get('grpc-status');
  if (status === '0') return { verdict: 'success', subject: 'gRPC status `ok`' };
  const code = codeNumbered(status ?? '');
  return code && answerOf('gRPC status', code, statusDetailsMs(trailers.get('grpc-status-details-bin')), trailers);
}

function judgeUnary({ status, headers }: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  if (status < 400 || mediaTypeOf(headers) !== 'application/json') return undefined;
  const error = parseJson(text);
  const code = codeNamed(at(error, 'code'));
  return code && answerOf('Connect error', code, retryInfoMs(at(error, 'details')), headers);
}

function answerOf(
  kind: string,
  code: ConnectCode,
  infoMs: number | undefined,
  headers: ProtocolResponse['headers'],
): ProtocolAnswer {
  const subject = `${kind} ${quoted(code.name)}`;
  const pushback = pushbackOf(headers.get('grpc-retry-pushback-ms'));
  if (pushback === 'veto') return { verdict: 'final', subject: `${subject} with a request not to retry` };
  const asked = pushback !== undefined || infoMs !== undefined || headers.get('retry-after') !== null;
  const transient = code.transient === 'yes' || (code.transient === 'if-asked' && asked);
  if (!transient) return { verdict: 'final', subject };
  const waitMs = Math.max(pushback ?? 0, infoMs ?? 0);
  return { verdict: 'transient', subject, ...(waitMs > 0 && { waitMs }) };
}
