import { describe, expect, test } from 'vitest';
import { graphql } from '../../src/graphql/graphql.ts';
import type { ProtocolRequest } from '../../src/protocol.ts';
import { jsonRequest, requestOf } from '../support/requests.ts';

const URL_OF_API = 'https://api.example/graphql';
const MUTATION = 'mutation Pay { pay { id } }';
const read = (request: ProtocolRequest) => graphql().read(request);

function bodyOf(type: string, body: string): ProtocolRequest {
  return requestOf('POST', URL_OF_API, { body, headers: { 'content-type': type } });
}

describe('what clients send', () => {
  test.each<readonly [string, ProtocolRequest]>([
    ['graphql-request', jsonRequest({ query: 'query Orders { a }', variables: {}, operationName: 'Orders' })],
    [
      'Apollo Client',
      jsonRequest({
        operationName: 'Orders',
        variables: {},
        extensions: { clientLibrary: {} },
        query: 'query Orders { a }',
      }),
    ],
    ['octokit', bodyOf('application/json; charset=utf-8', '{"query":"query Orders { a }","variables":{}}')],
    ['Shopify', bodyOf('text/plain;charset=UTF-8', '{"query":"query Orders { a }","variables":{}}')],
    ['a client without a type', requestOf('POST', URL_OF_API, { body: '{"query":"query Orders { a }"}' })],
    ['a document', bodyOf('application/graphql', 'query Orders { a }')],
    ['a form', bodyOf('application/x-www-form-urlencoded', 'query=query+Orders+%7B+a+%7D&variables=%7B%7D')],
    ['a URL', requestOf('GET', `${URL_OF_API}?query=query+Orders+%7B+a+%7D&cache=no`)],
    ['text with a byte order mark', bodyOf('application/json', '\uFEFF{"query":"query Orders { a }"}')],
    [
      'a hash beside its text',
      jsonRequest({ query: 'query Orders { a }', extensions: { persistedQuery: { version: 1, sha256Hash: 'ab' } } }),
    ],
  ])('%s: a query is safe', (_, request) => {
    expect(read(request)).toEqual({ subject: 'GraphQL query `Orders`', semantics: 'safe' });
  });

  test('an upload is read from its operations', () => {
    const form = (query: string) =>
      bodyOf(
        'multipart/form-data; boundary=x',
        `--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${JSON.stringify({ query })}\r\n` +
          '--x\r\nContent-Disposition: form-data; name="map"\r\n\r\n{"0":["variables.file"]}\r\n' +
          '--x\r\nContent-Disposition: form-data; name="0"; filename="a.txt"\r\n\r\nmutation\r\n--x--\r\n',
      );

    expect(read(form('query Orders { a }'))?.semantics).toBe('safe');
    expect(read(form(MUTATION))?.semantics).toBe('unsafe');
  });

  test('a part that has its name twice is not read', () => {
    const part = '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"{a}"}\r\n';

    expect(read(bodyOf('multipart/form-data; boundary=x', `${part}${part}--x--`))).toBeUndefined();
  });
});

describe('what the server would execute', () => {
  test.each<readonly [string, unknown, string]>([
    ['a mutation', { query: MUTATION }, 'unsafe'],
    ['a subscription', { query: 'subscription S { a }' }, 'unsafe'],
    ['the shorthand', { query: '{ mutation }' }, 'safe'],
    ['the selected query', { query: `query A { a } ${MUTATION}`, operationName: 'A' }, 'safe'],
    ['the selected mutation', { query: `query A { a } ${MUTATION}`, operationName: 'Pay' }, 'unsafe'],
    ['none of two, one a mutation', { query: `query A { a } ${MUTATION}` }, 'unsafe'],
    ['an unknown name beside a mutation', { query: `query A { a } ${MUTATION}`, operationName: 'B' }, 'unsafe'],
    ['an empty name beside a mutation', { query: `query A { a } ${MUTATION}`, operationName: '' }, 'unsafe'],
    ['two of one name', { query: `query A { a } mutation A { b }`, operationName: 'A' }, 'unsafe'],
    ['only queries, whichever it is', { query: 'query A { a } query B { b }', operationName: 'C' }, 'safe'],
    ['a keyword in a comment', { query: '# mutation { a }\nquery A { a }' }, 'safe'],
    ['a mutation after a comment that ends at \\r', { query: '#\rmutation A { a }' }, 'unsafe'],
    ['a described query', { query: '"""mutation""" query A { a }' }, 'safe'],
    ['a fragment that is called mutation', { query: 'fragment mutation on Q { a } { ...mutation }' }, 'safe'],
  ])('%s', (_, payload, semantics) => {
    expect(read(jsonRequest(payload))?.semantics).toBe(semantics);
  });

  test("a mutation by GET loses the method's safety", () => {
    const request = requestOf('GET', `${URL_OF_API}?query=${encodeURIComponent(MUTATION)}`);

    expect(read(request)).toEqual({ subject: 'GraphQL mutation `Pay`', semantics: 'unsafe' });
  });

  test('a batch is as safe as its most dangerous member', () => {
    expect(read(jsonRequest([{ query: '{ a }' }, { query: '{ b }' }]))?.semantics).toBe('safe');
    expect(read(jsonRequest([{ query: '{ a }' }, { query: MUTATION }, { query: '{ b }' }]))).toEqual({
      subject: 'GraphQL batch of 3 with mutation `Pay`',
      semantics: 'unsafe',
    });
  });
});

describe('what keeps the verdict of the method', () => {
  test.each<readonly [string, ProtocolRequest]>([
    ['a stream', requestOf('POST', URL_OF_API)],
    ['text that is not JSON', bodyOf('application/json', '{"query":')],
    ['another media type', bodyOf('application/octet-stream', '{"query":"{a}"}')],
    ['no object', jsonRequest('{a}')],
    ['an empty batch', jsonRequest([])],
    ['a batch with a member that is not GraphQL', jsonRequest([{ query: '{ a }' }, { hello: 1 }])],
    ['SQL', jsonRequest({ query: 'DELETE FROM orders' })],
    ['a search', jsonRequest({ query: 'query language' })],
    ["Dgraph's upsert", jsonRequest({ query: '{ q(func: has(a)) { uid } }', set: [] })],
    ['a search by GET', requestOf('GET', 'https://api.example/search?query=mutation')],
    ['type definitions', jsonRequest({ query: 'type Query { a: Int }' })],
    ['a fragment alone', jsonRequest({ query: 'fragment A on B { c }' })],
    ['a comment that old servers end elsewhere', jsonRequest({ query: '#\u2028 mutation { a }\n{ a }' })],
    ['the same comment within a selection', jsonRequest({ query: '{ a #\u2028 b\n}' })],
    ['a bracket that closes another one', jsonRequest({ query: '{ a(b: 1] }' })],
    ['a string that ends with an escape', jsonRequest({ query: '{ a(b: """c\\""") }' })],
    ['a fragment that is called on', jsonRequest({ query: 'fragment on on A { b } { c }' })],
    ['brackets that do not match', jsonRequest({ query: '{ a( }' })],
    ['a document of a megabyte', jsonRequest({ query: `{ ${'a '.repeat(600_000)} }` })],
    ['only a hash', jsonRequest({ extensions: { persistedQuery: { version: 1, sha256Hash: 'ab' } } })],
    ['an identifier beside the text', jsonRequest({ documentId: 'ab', query: '{ a }' })],
    ['a hash beside an identifier', jsonRequest({ id: 'ab', extensions: { persistedQuery: { sha256Hash: 'ab' } } })],
    [
      'a query in the URL beside a body',
      requestOf('POST', `${URL_OF_API}?query=mutation+%7Ba%7D`, { body: '{"query":"{a}"}' }),
    ],
    [
      'another name in the URL',
      requestOf('POST', `${URL_OF_API}?operationName=B`, { body: '{"query":"query A{a}","operationName":"A"}' }),
    ],
    ['two queries in a URL', requestOf('GET', `${URL_OF_API}?query=%7Ba%7D&query=mutation+%7Ba%7D`)],
    ['a URL that is none', requestOf('POST', '/graphql', { body: '{"query":"{a}"}' })],
  ])('%s', (_, request) => {
    expect(read(request)).toBeUndefined();
  });
});

describe('options', () => {
  test('stored operations are listed by hash, identifier or name, as kind or text', () => {
    const { read } = graphql({ operations: { h1: 'query', h2: MUTATION, Orders: 'query' } });

    const byHash = (sha256Hash: string) => read(jsonRequest({ extensions: { persistedQuery: { sha256Hash } } }));
    expect(byHash('h1')).toEqual({ subject: 'GraphQL query', semantics: 'safe' });
    expect(byHash('h2')).toEqual({ subject: 'GraphQL mutation `Pay`', semantics: 'unsafe' });
    expect(byHash('h3')).toBeUndefined();
    expect(read(jsonRequest({ documentId: 'h1' }))?.semantics).toBe('safe');
    expect(read(jsonRequest({ documentId: 'h1', id: 'h1' }))).toBeUndefined();
    expect(read(jsonRequest({ documentId: ['h1'] }))).toBeUndefined();
    expect(read(jsonRequest({ other: 'h1' }))).toBeUndefined();
    expect(read(jsonRequest({ id: 'h9', operationName: 'Orders' }))?.subject).toBe('GraphQL query `Orders`');
  });

  test('url limits the protocol to some servers, the same ones every time', () => {
    const { read } = graphql({ url: /shopify/g });

    const request = requestOf('POST', 'https://x.shopify.example/', { body: '{"query":"{a}"}' });
    expect([read(request), read(request)].map((reading) => reading?.semantics)).toEqual(['safe', 'safe']);
    expect(read(jsonRequest({ query: '{a}' }))).toBeUndefined();
  });

  test.each([
    [{ url: 'https://x' as never }, 'graphql: url must have a method test(url)'],
    [{ keyArguments: ['a b'] }, 'graphql: keyArguments must be a list of paths'],
    [{ keyArguments: 'key' as never }, 'graphql: keyArguments must be a list of paths'],
  ])('refuses %j', (options, message) => {
    expect(() => graphql(options)).toThrow(message);
  });
});

test('names in the subject are short and stay on their line', () => {
  const reading = read(jsonRequest({ query: '{ a }', operationName: `\`\n${'x'.repeat(1000)}` }));

  expect(reading?.subject.length).toBeLessThan(120);
  expect(reading?.subject).not.toMatch(/\n/);
});
