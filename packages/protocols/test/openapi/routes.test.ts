import { describe, expect, test } from 'vitest';
import { type OpenApiOptions, openApi } from '../../src/openapi/open-api.ts';
import { requestOf } from '../support/requests.ts';
import { documentOf } from '../support/small-document.ts';

const get = (operationId: string) => ({ get: { operationId } });

function finder(document: unknown, options: OpenApiOptions = {}): (url: string, method?: string) => string | undefined {
  const protocol = openApi(document, options);
  return (url, method = 'GET') => protocol.read(requestOf(method, url))?.subject.replace('OpenAPI operation ', '');
}

describe('paths', () => {
  const rest = [{ name: 'path', in: 'path', 'x-multi-segment': true }];
  const find = finder(
    documentOf({
      '/pets/{id}': get('pet'),
      '/pets/mine': { ...get('mine'), post: { operationId: 'addMine' } },
      '/pets/{id}/toys': get('toys'),
      '/pets/mine/{x}': get('mineX'),
      '/{any}': { delete: { operationId: 'any' } },
      '/files/{name}.json': get('json'),
      '/files/{name}-{part}.json': get('part'),
      '/files/{name}': get('file'),
      '/dates/{y}-{m}-{d}': get('date'),
      '/contents/{path}': { get: { operationId: 'contents', parameters: rest } },
      '/contents/{path}/history': { get: { operationId: 'history', parameters: rest } },
      '/a b/{é}#x': get('blank'),
      '/v2/search?q={q}': get('search'),
      '/': get('root'),
    }),
  );

  test.each([
    ['https://api.example/v1/pets/7', '`pet`'],
    ['https://api.example/v1/pets/mine', '`mine`'],
    ['https://api.example/v1/pets/mine/toys', '`mineX`'],
    ['https://api.example/v1/pets/7/toys?limit=1#x', '`toys`'],
    ['https://API.example:443/v1/pets/7', '`pet`'],
    ['https://api.example/v1/files/a.json', '`json`'],
    ['https://api.example/v1/dates/2026-1-1', '`date`'],
    ['https://api.example/v1/files/a-b.json', '`part`'],
    ['https://api.example/v1/files/.json', '`file`'],
    ['https://api.example/v1/files/a%2Fb', '`file`'],
    ['https://api.example/v1/contents/a/b/c', '`contents`'],
    ['https://api.example/v1/contents/a/b/history', '`history`'],
    ['https://api.example/v1/a%20b/%E9', '`blank`'],
    ['https://api.example/v1/v2/search?q=1', '`search`'],
    ['https://api.example/v1/', '`root`'],
  ])('%s is %s', (url, name) => {
    expect(find(url)).toBe(name);
  });

  test('only paths that have the method count', () => {
    expect(find('https://api.example/v1/pets/mine', 'POST')).toBe('`addMine`');
    expect(find('https://api.example/v1/pets/7', 'POST')).toBeUndefined();
    expect(find('https://api.example/v1/pets', 'DELETE')).toBe('`any`');
    expect(find('https://api.example/v1/pets', 'delete')).toBeUndefined();
  });

  test.each([
    'https://api.example/v1/pets/',
    'https://api.example/v1/dates/2026--1',
    'https://api.example/v1/Pets/7',
    'https://api.example/v2/pets/7',
    'https://api.example/pets/7',
    'https://api.example.evil/v1/pets/7',
    'http://api.example/v1/pets/7',
    'https://api.example:8443/v1/pets/7',
    `https://api.example/v1/contents/${'a/'.repeat(1_000)}`,
    '/v1/pets/7',
    'x',
  ])('%s is nothing', (url) => {
    expect(find(url)).toBeUndefined();
  });

  test('templates that differ only in names have no key of their own', () => {
    const key = [{ name: 'Idempotency-Key', in: 'header' }];
    const { read } = openApi(
      documentOf({
        '/a/{x}': { post: { operationId: 'one', parameters: key } },
        '/a/{y}': { post: { operationId: 'two' } },
      }),
    );

    expect(read(requestOf('POST', 'https://api.example/v1/a/1'))).toEqual({
      subject: 'OpenAPI operation `one` or another with the same path',
      semantics: 'method',
    });
  });

  test('an operation without a name is called by its method and path', () => {
    const find = finder(documentOf({ '/a/{b}': { query: {}, additionalOperations: { LINK: {} } } }));

    expect(find('https://api.example/v1/a/1', 'QUERY')).toBe('`QUERY /a/{b}`');
    expect(find('https://api.example/v1/a/1', 'LINK')).toBe('`LINK /a/{b}`');
  });

  test('a path item may be a reference', () => {
    const find = finder(
      documentOf({ '/a': { $ref: '#/components/pathItems/A' } }, { components: { pathItems: { A: get('a') } } }),
    );

    expect(find('https://api.example/v1/a')).toBe('`a`');
  });
});

describe('servers', () => {
  test("an operation's replace its path's, which replace the document's", () => {
    const find = finder(
      documentOf({
        '/a': {
          servers: [{ url: 'https://path.example' }],
          ...get('a'),
          put: { operationId: 'b', servers: [{ url: 'https://operation.example' }] },
        },
      }),
    );

    expect(find('https://path.example/a')).toBe('`a`');
    expect(find('https://operation.example/a', 'PUT')).toBe('`b`');
    expect(find('https://api.example/v1/a')).toBeUndefined();
    expect(find('https://path.example/a', 'PUT')).toBeUndefined();
  });

  test('the option replaces them all', () => {
    const document = documentOf({ '/a': { servers: [{ url: 'https://path.example' }], ...get('a') } });
    const find = finder(document, { servers: ['https://{tenant}-live.example/{version}/x/'] });

    expect(find('https://shop-live.example/v7/x/a')).toBe('`a`');
    expect(find('https://a.shop-live.example/v7/x/a')).toBeUndefined();
    expect(find('https://-live.example/v7/x/a')).toBeUndefined();
    expect(find('https://evil.test/?-live.example/v7/x/a')).toBeUndefined();
    expect(find('https://path.example/a')).toBeUndefined();
    expect(finder(document, { servers: ['https://{host}'] })('https://local:8443/a')).toBeUndefined();
  });

  test('a variable has its values, its default, or one label', () => {
    const find = finder(
      documentOf(
        { '/a': get('a') },
        {
          servers: [
            {
              url: 'https://{region}.example/{version}',
              variables: { region: { enum: ['eu', 'us'], default: 'eu' }, version: { default: 'v1' } },
            },
            { url: '{server}/api', variables: { server: { default: 'https://self.example:8443' } } },
          ],
        },
      ),
    );

    expect(find('https://eu.example/v1/a')).toBe('`a`');
    expect(find('https://us.example/v9/a')).toBe('`a`');
    expect(find('https://asia.example/v1/a')).toBeUndefined();
    expect(find('https://self.example:8443/api/a')).toBe('`a`');
  });

  test('relative ones need baseUrl', () => {
    const document = documentOf({ '/a': get('a') }, { servers: undefined });

    expect(() => openApi(document)).toThrow('give servers or baseUrl');
    expect(finder(document, { baseUrl: 'https://base.example/docs/openapi.json' })('https://base.example/a')).toBe(
      '`a`',
    );
  });
});

describe('bad input', () => {
  test.each([
    ['openapi: 3.1.0', 'document must be a parsed object, not string'],
    [null, 'document must be a parsed object'],
    [{}, 'document must have openapi 3.x or swagger 2.0, not undefined'],
    [{ swagger: '1.2' }, 'not 1.2'],
    [{ openapi: '3.1.0' }, 'no operation'],
    [documentOf({}), 'no operation'],
    [documentOf({ '/a': null, '/b': { get: 7, parameters: 8 } }), 'no operation'],
    [
      documentOf({ '/a': get('a') }, { servers: [null, { url: 7 }, { url: 'ht tp:' }] }),
      'no operation at an absolute URL',
    ],
  ])('%j', (document, message) => {
    expect(() => openApi(document)).toThrow(message);
  });

  test('values of the wrong type in a description are as if absent', () => {
    const odd = { toString: 1, valueOf: 2 };
    const { read } = openApi(
      documentOf(
        {
          '/a': {
            post: {
              operationId: odd,
              parameters: [
                { name: odd, in: odd },
                { name: 'Idempotency-Key', in: 'header', schema: { maxLength: odd, minLength: odd, pattern: odd } },
              ],
              'x-speakeasy-retries': { statusCodes: [odd] },
              requestBody: { content: { 'application/json': { schema: { properties: odd, allOf: odd } } } },
            },
          },
        },
        { servers: [{ url: 'https://api.example/{v}', variables: { v: { enum: [odd, 'v1'] } } }] },
      ),
    );

    expect(read(requestOf('POST', 'https://api.example/v1/a'))).toEqual({
      subject: 'OpenAPI operation `POST /a`',
      semantics: 'method',
      idempotencyKey: { scheme: { header: 'Idempotency-Key', methods: ['POST'] }, make: 'for-retries' },
    });
  });

  test.each<readonly [unknown, string]>([
    [{ servers: 'https://a.example' }, 'servers must be a list of URLs'],
    [{ baseUrl: '/docs' }, 'baseUrl must be an absolute URL, not /docs'],
    [{ keyNames: [7] }, 'keyNames must be a list of names'],
    [{ windowMs: 0 }, 'windowMs must be a number above 0, not 0'],
  ])('options %j', (options, message) => {
    expect(() => openApi(documentOf({ '/a': get('a') }), options as OpenApiOptions)).toThrow(message);
  });
});
