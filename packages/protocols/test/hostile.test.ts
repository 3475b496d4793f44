import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  connect,
  ethereum,
  graphql,
  type judges as Judges,
  jsonRpc,
  judges,
  mcp,
  openApi,
  type Protocol,
} from '../src/index.ts';
import { jsonRequest, requestOf, responseOf } from './support/requests.ts';
import { documentOf } from './support/small-document.ts';

// Long input takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const protocols: readonly Protocol[] = [
  graphql({ judge: judges.graphql }),
  jsonRpc({ judge: judges.jsonRpc, safe: [...ethereum.safe, ...mcp.safe], tools: {} }),
  connect({ typeName: 'A', methods: [{ name: 'B', methodKind: 'unary', idempotency: 1 }] }),
  openApi(
    documentOf({
      '/{a}/{b}.json': {
        post: { requestBody: { content: { 'a/b': { schema: { properties: { idempotency_key: {} } } } } } },
      },
    }),
  ),
];
const presets = Object.entries(judges).flatMap(([name, judge]) =>
  name === 'notReady' ? [] : [judge as typeof Judges.slack],
);

const MEDIA_TYPES = [
  '',
  'application/json',
  'text/plain',
  'application/graphql',
  'application/graphql-response+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/grpc-web-text',
  'application/grpc-web',
];
const words = fc.constantFrom(
  'query',
  'mutation',
  '{',
  '}',
  '(',
  ')',
  '"',
  '"""',
  '#',
  '\n',
  '\\',
  '$',
  '@idempotent',
  'key',
  ':',
  'errors',
  'extensions',
  'code',
  'error',
  'details',
  '{"query":"',
  '"jsonrpc":"2.0"',
  '[',
  ']',
  ',',
  '</Error>',
  '<Code>',
  '\u2028',
  '\uFEFF',
  '%',
  '--x\r\n',
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.array(words, { maxLength: 40 }).map((list) => list.join('')),
  fc
    .record({
      query: fc.array(words).map((list) => list.join(' ')),
      operationName: fc.jsonValue(),
      variables: fc.jsonValue(),
      extensions: fc.jsonValue(),
    })
    .map((value) => JSON.stringify(value)),
  fc
    .record(
      { errors: fc.array(fc.jsonValue()), error: fc.jsonValue(), data: fc.jsonValue(), message: fc.jsonValue() },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);
const url = fc.oneof(
  fc.webUrl({ withQueryParameters: true }),
  text,
  text.map((value) => `https://api.example/v1/${value}`),
);

describe('on any input', () => {
  test('reading never throws, and never calls a request safe that it could not read', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'PUT', 'post'),
        url,
        fc.constantFrom(...MEDIA_TYPES),
        fc.option(text, { nil: undefined }),
        (method, at, type, body) => {
          const request = requestOf(method, at, { body, headers: { 'content-type': type } });
          const readings = protocols.map((protocol) => protocol.read(request));

          for (const reading of readings) {
            if (reading) expect(reading.subject.length).toBeLessThan(200);
          }
          if (body === undefined && method === 'POST') expect(readings[0]).toBeUndefined();
        },
      ),
      { numRuns: 1_000 },
    );
  }, 30_000);

  test('judging never throws, and no wait is below zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.constantFrom(...MEDIA_TYPES), text, (status, type, body) => {
        const response = responseOf(status, { 'content-type': type });
        const request = requestOf('POST', 'https://api.example/v1/a');
        const answers = [
          ...protocols.map((protocol) => protocol.judge?.(response, body, request)),
          ...presets.map((judge) => judge(response, body)),
        ];

        for (const answer of answers) expect(answer?.waitMs ?? 1).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  }, 30_000);
});

const long = (unit: string) => unit.repeat(60_000 / unit.length);

function readAll(unit: string): void {
  const documents = [unit, `mutation {${unit}}`, `query A(${unit}`, `{a(b:"${unit}")}`, `{a(b:"""${unit}""")}`];
  const bodies = documents.map((query) => JSON.stringify({ query }));
  const requests = bodies.map((body) => requestOf('POST', 'https://api.example/v1/a/b.json', { body }));
  const byUrl = requestOf('POST', `https://api.example/v1/${encodeURIComponent(unit)}`);
  for (const request of [...requests, byUrl]) for (const protocol of protocols) protocol.read(request);
}

function judgeAll(unit: string): void {
  const request = requestOf('POST', 'https://api.example/');
  for (const body of [unit, JSON.stringify({ error: unit, message: unit, errors: [{ message: unit }] })]) {
    for (const type of MEDIA_TYPES) {
      const response = responseOf(403, { 'content-type': type });
      for (const protocol of protocols) protocol.judge?.(response, body, request);
    }
    for (const judge of presets) judge(responseOf(200), body);
  }
}

describe('hostile input of 60 kB does not take long', () => {
  test.each([
    '"',
    '"""',
    '"""\\"""',
    '(',
    '{',
    '}',
    '{}',
    '#',
    '#\n',
    '"\\',
    '\\',
    '@a',
    '@a()',
    '-1',
    'a',
    '...',
    'fragment ',
    'query ',
    '$',
    'a:b ',
    'a(x:"b")@idempotent(key:"k")',
    '{a(idempotencyKey:',
    '\uFEFF',
    '# \u2028',
  ])(
    '%j',
    (unit) => {
      readAll(long(unit));
      judgeAll(long(unit));
    },
    30_000,
  );
});

describe('JSON that cannot be converted to a string or a number', () => {
  const nested = `${'['.repeat(12_000)}${']'.repeat(12_000)}`;
  const odd = '{"toString":1,"valueOf":2,"length":3}';

  test.each([
    ['nested arrays', nested],
    ['an object with its own toString', odd],
  ])('%s', (_, value) => {
    const members = [
      'message',
      'error',
      'code',
      '__type',
      'type',
      'policyName',
      'errorcode',
      'retryAfter',
      'data',
      'ok',
      'field',
    ];
    const flat = members.map((name) => `"${name}":${value}`).join();
    const bodies = [
      `{${flat},"errors":[{${flat},"extensions":{"code":${value}}}],"extensions":{"cost":{"requestedQueryCost":${value}}}}`,
      `{"errors":[{"extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":${value},"throttleStatus":{"restoreRate":${value}}}}}`,
      `{"error":{${flat},"errors":[{"reason":${value}}],"details":[{"reason":${value},"retryDelay":${value}}]}}`,
      `{"error":{"code":${value},"data":{"backoff_seconds":${value}}}}`,
      `{"ok":false,"error":${value}}`,
      `[{"errorCode":${value},"message":${value}}]`,
      `[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":${value}}]`,
      `{"compositeResponse":[{"httpStatusCode":${value},"body":[{"errorCode":${value}}]}]}`,
      `{"query":"mutation($k:ID){a(idempotencyKey:$k)}","operationName":${value},"variables":{"k":${value}},"extensions":${value}}`,
      `{"query":null,"id":${value}}`,
      `{"jsonrpc":"2.0","method":"tools/call","params":{"name":${value}},"id":${value}}`,
      `{"idempotency_key":${value}}`,
      value,
    ];

    for (const body of bodies) {
      for (const status of [200, 403, 429]) judgeBody(status, 'application/json', body);
      for (const protocol of protocols) protocol.read(requestOf('POST', 'https://api.example/v1/a/b.json', { body }));
    }
  });

  test('a batch of a hundred thousand answers', () => {
    judgeBody(200, 'application/json', `[${'{"error":{"code":429}},'.repeat(100_000)}{}]`);
  });
});

function judgeBody(status: number, type: string, body: string): void {
  const response = responseOf(status, { 'content-type': type });
  for (const protocol of protocols) protocol.judge?.(response, body, requestOf('POST', 'https://api.example/'));
  for (const judge of presets) judge(response, body);
}

test('a string of almost a megabyte does not overflow the stack', () => {
  const query = `{ a(b: "${'x'.repeat(1_000_000)}", c: """${'\\"""'.repeat(10_000)}""") }`;

  expect(protocols[0]?.read(jsonRequest({ query }))?.semantics).toBe('safe');
});
