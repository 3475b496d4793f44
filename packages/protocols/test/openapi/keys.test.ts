import { describe, expect, test } from 'vitest';
import { openApi } from '../../src/openapi/open-api.ts';
import type { ProtocolReading } from '../../src/protocol.ts';
import { requestOf } from '../support/requests.ts';
import { documentOf } from '../support/small-document.ts';

const HEADER = { name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } };

function readingOf(
  operation: unknown,
  method = 'POST',
  more: Readonly<Record<string, unknown>> = {},
): ProtocolReading | undefined {
  const document = documentOf({ '/payments': { [method.toLowerCase()]: operation } }, more);
  return openApi(document).read(requestOf(method, 'https://api.example/v1/payments'));
}

describe('a declared header', () => {
  test("becomes the operation's scheme, with its schema's rules", () => {
    const schema = { type: 'string', maxLength: 64, pattern: '^[A-Za-z0-9-]+$' };

    expect(readingOf({ operationId: 'pay', parameters: [{ ...HEADER, schema }] })).toEqual({
      subject: 'OpenAPI operation `pay`',
      semantics: 'method',
      idempotencyKey: {
        scheme: { header: 'Idempotency-Key', methods: ['POST'], maxLength: 64, pattern: /^[A-Za-z0-9-]+$/u },
        make: 'for-retries',
      },
    });
  });

  test.each([
    'Idempotency-Key',
    'idempotency-key',
    'X-Idempotency-Key',
    'Cko-Idempotency-Key',
    'X-Idempotence-Id',
    'X-Payout-Idempotency',
    'PayPal-Request-Id',
    'Repeatability-Request-ID',
    'X-Amz-Client-Token',
  ])('is known by the name %s', (name) => {
    expect(readingOf({ parameters: [{ ...HEADER, name }] })?.idempotencyKey?.scheme.header).toBe(name);
  });

  test.each(['X-Request-Id', 'Idempotent-Replayed', 'X-Amzn-Client-Token', 'Idempotency-Cache', 'My-Key'])(
    'is not %s',
    (name) => {
      expect(readingOf({ parameters: [{ ...HEADER, name }] })?.idempotencyKey).toBeUndefined();
    },
  );

  test('says nothing about GET, PUT and DELETE, where Mollie declares it too', () => {
    const keyed = (method: string) => readingOf({ parameters: [HEADER] }, method)?.idempotencyKey !== undefined;

    expect(['GET', 'PUT', 'DELETE', 'PATCH', 'POST'].filter(keyed)).toEqual(['PATCH', 'POST']);
  });

  test("is made for one attempt if required, and never if a UUID doesn't fit", () => {
    const make = (parameter: object) => readingOf({ parameters: [{ ...HEADER, ...parameter }] })?.idempotencyKey?.make;

    expect(make({ required: true })).toBe('always');
    expect(make({ schema: { maxLength: 36, minLength: 36, format: 'uuid' } })).toBe('for-retries');
    expect(make({ schema: { maxLength: 35 }, required: true })).toBe('never');
    expect(make({ schema: { minLength: 37 } })).toBe('never');
    expect(make({ schema: { pattern: '^[0-9]+$' } })).toBe('never');
    expect(make({ schema: { enum: ['a'] } })).toBe('never');
    expect(make({ schema: { pattern: '[' } })).toBe('for-retries');
    expect(make({ schema: { pattern: '^[\\w-.]{1,20}$' } })).toBe('never');
  });

  test('may be declared for a path, by reference, or overridden in any case', () => {
    const document = documentOf(
      {
        '/a': { parameters: [{ $ref: '#/components/parameters/Key~1~0%20x' }], post: {} },
        '/b': {
          parameters: [HEADER],
          post: { parameters: [{ ...HEADER, name: 'idempotency-key', schema: { $ref: '#/components/schemas/Key' } }] },
        },
      },
      {
        components: {
          parameters: { 'Key/~ x': HEADER },
          schemas: { Key: { $ref: '#/components/schemas/Text' }, Text: { maxLength: 50 } },
        },
      },
    );

    const { read } = openApi(document);
    expect(read(requestOf('POST', 'https://api.example/v1/a'))?.idempotencyKey?.scheme.header).toBe('Idempotency-Key');
    expect(read(requestOf('POST', 'https://api.example/v1/b'))?.idempotencyKey?.scheme).toMatchObject({
      header: 'idempotency-key',
      maxLength: 50,
    });
  });

  test.each([['#/a/b'], ['other.yaml#/Key'], ['#/components/parameters/Loop'], [7]])(
    'is absent behind the reference %s',
    ($ref) => {
      const components = { parameters: { Loop: { $ref: '#/components/parameters/Loop' } } };

      expect(readingOf({ parameters: [{ $ref }, null, 'x'] }, 'POST', { components })?.idempotencyKey).toBeUndefined();
    },
  );

  test("comes with the first attempt's time, as OASIS requires", () => {
    const reading = readingOf({
      parameters: [
        { ...HEADER, name: 'Repeatability-Request-ID' },
        { ...HEADER, name: 'Repeatability-First-Sent' },
      ],
    });

    expect(reading?.idempotencyKey?.scheme.firstSentHeader).toBe('Repeatability-First-Sent');
  });

  test("is read from Fern's document, and honored for marked operations", () => {
    const root = { 'x-fern-idempotency-headers': [{ header: 'IDEMPOTENCY-KEY', name: 'key' }] };

    expect(readingOf({ 'x-fern-idempotent': true }, 'POST', root)?.idempotencyKey?.scheme.header).toBe(
      'IDEMPOTENCY-KEY',
    );
    expect(readingOf({}, 'POST', root)?.idempotencyKey).toBeUndefined();
  });

  test('is read from Swagger 2.0 as well', () => {
    const document = {
      swagger: '2.0',
      host: 'api.example',
      basePath: '/v1',
      schemes: ['https', 'http'],
      paths: {
        '/a': { post: { parameters: [{ name: 'Idempotency-Key', in: 'header', type: 'string', maxLength: 40 }] } },
      },
    };

    expect(openApi(document).read(requestOf('POST', 'http://api.example/v1/a'))?.idempotencyKey?.scheme.maxLength).toBe(
      40,
    );
  });
});

describe('a key in the body', () => {
  const schema = { allOf: [{ $ref: '#/components/schemas/Base' }, { properties: { amount: {} } }] };
  const components = {
    schemas: {
      Base: { properties: { idempotency_key: { type: 'string' } }, allOf: [{ $ref: '#/components/schemas/Base' }] },
    },
  };
  const document = documentOf(
    {
      '/a': {
        post: {
          operationId: 'pay',
          requestBody: { content: { 'application/json': { schema }, 'application/x-www-form-urlencoded': { schema } } },
        },
      },
    },
    { components },
  );
  const read = (body: string | undefined, type = 'application/json') =>
    openApi(document).read(requestOf('POST', 'https://api.example/v1/a', { body, headers: { 'content-type': type } }));

  test('is permission if this body has it', () => {
    expect(read('{"idempotency_key":"k1"}')).toEqual({
      subject: 'OpenAPI operation `pay` with an idempotency key in its body',
      semantics: 'idempotent',
    });
    expect(read('amount=1&idempotency_key=k1', 'application/x-www-form-urlencoded')?.semantics).toBe('idempotent');
  });

  test.each([
    undefined,
    '',
    '{}',
    '{"idempotency_key":""}',
    '{"idempotency_key":" "}',
    '{"idempotency_key":1}',
    '{"a":{"idempotency_key":"k"}}',
    '["idempotency_key"]',
  ])('is none in %s', (body) => {
    expect(read(body)?.semantics).toBe('method');
  });

  test('is none where the operation does not declare it', () => {
    const { read } = openApi(documentOf({ '/a': { post: {} } }));

    expect(read(requestOf('POST', 'https://api.example/v1/a', { body: '{"idempotency_key":"k1"}' }))?.semantics).toBe(
      'method',
    );
  });
});

test("keyNames and windowMs add the caller's knowledge", () => {
  const operation = {
    parameters: [{ ...HEADER, name: 'X-Order-Ref' }],
    requestBody: { content: { 'application/json': { schema: { properties: { client_token: {} } } } } },
  };
  const { read } = openApi(documentOf({ '/a': { post: operation } }), {
    keyNames: ['x-order-ref', 'Client_Token'],
    windowMs: 5_000,
  });

  const reading = read(requestOf('POST', 'https://api.example/v1/a', { body: '{"client_token":"k"}' }));
  expect(reading?.idempotencyKey?.scheme).toMatchObject({ header: 'X-Order-Ref', windowMs: 5_000 });
  expect(reading?.semantics).toBe('idempotent');
});

test("Speakeasy's extension names transient statuses and gives no permission", () => {
  const root = { 'x-speakeasy-retries': { strategy: 'backoff', statusCodes: ['5XX', 429, '418', 200, 'x'] } };

  expect(readingOf({}, 'POST', root)).toMatchObject({ semantics: 'method', transientStatuses: [429, 418] });
  expect(readingOf({ 'x-speakeasy-retries': { statusCodes: [503] } }, 'POST', root)?.transientStatuses).toEqual([503]);
});
