import { describe, expect, test } from 'vitest';
import { judgeConnect, judgeGrpcStatus } from '../../src/connect/answer.ts';
import { responseOf } from '../support/requests.ts';

const error = (code: string, details?: unknown) => JSON.stringify({ code, message: 'no', details });
const info = (value: string) => [{ type: 'google.rpc.RetryInfo', value }];
const verdict = (code: string, headers: Readonly<Record<string, string>> = {}) =>
  judgeConnect(responseOf(500, headers), error(code))?.verdict;

describe('errors of Connect', () => {
  test.each(['unavailable', 'deadline_exceeded'])('%s is transient', (code) => {
    expect(verdict(code)).toBe('transient');
  });

  test.each(['canceled', 'unknown', 'internal', 'data_loss', 'unauthenticated', 'aborted', 'resource_exhausted'])(
    '%s is final',
    (code) => {
      expect(verdict(code)).toBe('final');
    },
  );

  test.each(['aborted', 'resource_exhausted'])('%s is transient if the server asks for a wait', (code) => {
    expect(verdict(code, { 'retry-after': '1' })).toBe('transient');
    expect(verdict(code, { 'grpc-retry-pushback-ms': '0' })).toBe('transient');
    expect(judgeConnect(responseOf(409), error(code, info('CgIIAg')))).toMatchObject({
      verdict: 'transient',
      waitMs: 2_000,
    });
  });

  test('none proves that the server did nothing', () => {
    const all = ['unavailable', 'resource_exhausted', 'unimplemented', 'invalid_argument', 'unauthenticated'];

    expect(all.filter((code) => judgeConnect(responseOf(503), error(code))?.refused)).toEqual([]);
  });

  test.each([
    ['abc', 'final'],
    ['-1', 'final'],
    ['', 'final'],
    ['1.5', 'final'],
    ['50', 'transient'],
  ])('with the pushback "%s", unavailable is %s, as gRFC A6 says', (pushback, expected) => {
    expect(verdict('unavailable', { 'grpc-retry-pushback-ms': pushback })).toBe(expected);
  });

  test('wait for the longer one of two', () => {
    const response = responseOf(503, { 'grpc-retry-pushback-ms': '5000' });

    expect(judgeConnect(response, error('unavailable', info('CgIIAg')))?.waitMs).toBe(5_000);
  });

  test.each(['', '%', 'Cg', 'CgIIgICAgICAgICAgAE', 'CP///////////wE', 'AA'])(
    'have no wait in the detail "%s"',
    (value) => {
      expect(judgeConnect(responseOf(503), error('unavailable', info(value)))).toEqual({
        verdict: 'transient',
        subject: 'Connect error `unavailable`',
      });
    },
  );
});

describe('what is no error of Connect', () => {
  test.each<readonly [string, number, string]>([
    ['a page of a proxy', 503, '<html>'],
    ['another code', 503, '{"code":"busy"}'],
    ['a number', 503, '{"code":14}'],
    ['a success that looks like one', 200, '{"code":"unavailable"}'],
    ['nothing', 503, ''],
  ])('%s is left to the status', (_, status, text) => {
    expect(judgeConnect(responseOf(status), text)).toBeUndefined();
  });

  test('JSON of another media type', () => {
    expect(
      judgeConnect(responseOf(503, { 'content-type': 'application/problem+json' }), error('unavailable')),
    ).toBeUndefined();
  });
});

describe('gRPC-Web', () => {
  const web = (type: string, headers: object = {}) => responseOf(200, { 'content-type': type, ...headers });

  test('has its status in headers if there are only trailers', () => {
    expect(judgeConnect(web('application/grpc-web+proto', { 'grpc-status': '14' }), '')).toEqual({
      verdict: 'transient',
      subject: 'gRPC status `unavailable`',
    });
  });

  test('has it at the end of text in base64', () => {
    const trailers = new TextEncoder().encode('grpc-status:8\r\ngrpc-retry-pushback-ms:40\r\n');
    const frame = Uint8Array.from([0x80, 0, 0, 0, trailers.length, ...trailers]);
    const text = `${btoa('\0\0\0\0\x01a')}${btoa(String.fromCharCode(...frame))}`;

    expect(judgeConnect(web('application/grpc-web-text+proto'), text)).toMatchObject({
      verdict: 'transient',
      waitMs: 40,
    });
    expect(judgeConnect(web('application/grpc-web-text'), text.slice(0, 12))).toBeUndefined();
  });

  test('has its wait in one of several details', () => {
    const field = (number: number, bytes: readonly number[]) => [number * 8 + 2, bytes.length, ...bytes];
    const any = (type: string, value: readonly number[]) =>
      field(3, [...field(1, [...new TextEncoder().encode(type)]), ...field(2, value)]);
    const status = [
      8,
      14, // code
      ...any('type.googleapis.com/google.rpc.ErrorInfo', [0x0a, 1, 0x41]),
      ...any('type.googleapis.com/google.rpc.RetryInfo', field(1, [8, 3])),
      ...any('type.googleapis.com/google.rpc.Help', []),
    ];
    const details = btoa(String.fromCharCode(...status));

    const headers = new Headers({ 'grpc-status': '14', 'grpc-status-details-bin': details });
    expect(judgeGrpcStatus(headers)?.waitMs).toBe(3_000);
    headers.set('grpc-status-details-bin', details.slice(0, -8));
    expect(judgeGrpcStatus(headers)?.waitMs).toBeUndefined();
  });

  test("reads 0 as success, and ignores values that aren't code numbers", () => {
    expect(judgeGrpcStatus(new Headers({ 'grpc-status': '0' }))?.verdict).toBe('success');
    expect(['', '17', '014', 'x'].map((status) => judgeGrpcStatus(new Headers({ 'grpc-status': status })))).toEqual(
      Array(4).fill(undefined),
    );
    expect(judgeGrpcStatus(new Headers())).toBeUndefined();
  });
});
