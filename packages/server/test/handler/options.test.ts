import { readFileSync } from 'node:fs';
import {
  Fenced,
  type IdempotentOptions,
  idempotent,
  LeaseLost,
  memoryStore,
  NotApplied,
  problemCodes,
} from '@twicesafe/server';
import { describe, expect, test } from 'vitest';
import { createPayments, seen } from '../support/payments.ts';

const valid: IdempotentOptions = { store: memoryStore(), scope: () => 'single-tenant' };
const handler = (): Response => new Response();

describe('an option', () => {
  test.each<[string, unknown]>([
    ['scope', undefined],
    ['scope', 'tenant'],
    ['store', undefined],
    ['store', {}],
    ['store', new Map()],
    ['required', 'yes'],
    ['methods', []],
    ['methods', 'POST'],
    ['methods', ['PO ST']],
    ['leaseMs', 0],
    ['leaseMs', '30s'],
    ['leaseMs', 2 ** 31],
    ['leaseMs', Number.NaN],
    ['keepMs', 0],
    ['keepMs', Number.POSITIVE_INFINITY],
    ['waitMs', -1],
    ['maxRequestBytes', -1],
    ['maxResponseBytes', '1MB'],
    ['interrupted', 'retry'],
    ['record', true],
    ['fingerprint', 'body'],
    ['summarize', new Response()],
    ['docs', 7],
    ['waitUntil', true],
    ['onEvent', {}],
    ['scopes', () => 'misspelled'],
  ])('%s that is %j is a TypeError that names it', (name, value) => {
    const options = { ...valid, [name]: value };

    expect(() => idempotent(handler, options as IdempotentOptions)).toThrow(TypeError);
    expect(() => idempotent(handler, options as IdempotentOptions)).toThrow(name);
  });

  test('scope is asked for first', () => {
    expect(() => idempotent(handler, {} as IdempotentOptions)).toThrow(/^scope must be/);
  });

  test('may be undefined if it may be left out', () => {
    const options = { ...valid, leaseMs: undefined, summarize: undefined, onEvent: undefined };

    expect(() => idempotent(handler, options as unknown as IdempotentOptions)).not.toThrow();
  });

  test.each([undefined, null, 'options'])('cannot be read from %j', (options) => {
    expect(() => idempotent(handler, options as never)).toThrow(TypeError);
  });
});

test('a handler that is no function is a TypeError', () => {
  expect(() => idempotent(undefined as never, valid)).toThrow(TypeError);
});

describe('a scope or fingerprint', () => {
  test.each<[string, Partial<IdempotentOptions>]>([
    [
      'throws',
      {
        scope: () => {
          throw new Error('own');
        },
      },
    ],
    ['rejects', { scope: () => Promise.reject(new Error('own')) }],
    ['is no string', { scope: () => undefined as unknown as string }],
    [
      'throws',
      {
        fingerprint: () => {
          throw new Error('own');
        },
      },
    ],
    ['is no string', { fingerprint: () => 7 as unknown as string }],
  ])('that %s is answered with 500, and nothing runs', async (_, options) => {
    const api = createPayments(options);

    expect(await seen(await api.pay('k'))).toEqual([500, false, 'scope-failed']);
    expect(api.effects).toEqual([]);
    expect(api.events).toContainEqual(expect.objectContaining({ type: 'option-failed' }));
  });

  test('that throws NotApplied answers with its response', async () => {
    const scope = (): string => {
      throw new NotApplied(new Response('who are you?', { status: 401 }));
    };
    const api = createPayments({ scope });

    expect(await seen(await api.pay('k'))).toEqual([401, false]);
    expect(api.effects).toEqual([]);
  });
});

describe("an error of the handler's own", () => {
  test('is a problem with a code, a page and no caching', async () => {
    const api = createPayments({ required: true, docs: 'https://api.example/errors' });

    const response = await api.pay(undefined);

    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      type: 'https://api.example/errors#key-missing',
      title: 'The request has no Idempotency-Key',
      status: 400,
      code: 'key-missing',
    });
  });

  test('links to our page by default', async () => {
    const api = createPayments({ required: true });

    expect(await (await api.pay(undefined)).json()).toMatchObject({
      type: 'https://twicesafe.github.io/twicesafe/server/key-missing',
    });
  });

  test('links to the page of a code in a folder of your own', async () => {
    const api = createPayments({ required: true, docs: 'https://api.example/errors/' });

    expect(await (await api.pay(undefined)).json()).toMatchObject({ type: 'https://api.example/errors/key-missing' });
  });

  test.each(problemCodes)('%s has a page', (code) => {
    const page = readFileSync(new URL(`../../../../docs/server/${code}.md`, import.meta.url), 'utf8');

    const overview = readFileSync(new URL('../../../../docs/server.md', import.meta.url), 'utf8');

    expect(page).toContain(`# ${code}`);
    expect(overview).toContain(`<a id="${code}"></a>[\`${code}\`](server/${code}.md)`);
  });
});

test.each([new Fenced(), new NotApplied(new Response()), new LeaseLost()])('$code has a page', ({ code, name }) => {
  const docs = new URL('../../../../docs/', import.meta.url);

  expect(readFileSync(new URL(`server/${code}.md`, docs), 'utf8')).toMatch(
    `# ${code}\n\nThe code of the error \`${name}\``,
  );
  expect(readFileSync(new URL('server.md', docs), 'utf8')).toContain(`[\`${code}\`](server/${code}.md)`);
});

test('an event listener that throws breaks nothing', async () => {
  const api = createPayments({
    onEvent: () => {
      throw new Error('own');
    },
  });

  expect((await api.pay('k')).status).toBe(201);
});

test('the work is handed to waitUntil, which never sees it reject', async () => {
  const work: Promise<unknown>[] = [];
  const api = createPayments({ waitUntil: (promise) => void work.push(promise) }, () =>
    Promise.reject(new Error('own')),
  );

  await api.pay('k');

  expect(work).toHaveLength(1);
  await expect(Promise.all(work)).resolves.toHaveLength(1);
});

test('a waitUntil that throws still leaves the response', async () => {
  const waitUntil = (): void => {
    throw new Error('own');
  };
  const api = createPayments({ waitUntil });

  expect(await seen(await api.pay('k'))).toEqual([201, false]);
  expect(api.events).toContainEqual({ type: 'option-failed', option: 'waitUntil', error: new Error('own') });
});
