import { Origin, status } from '@twicesafe/testing';
import { Headers as UndiciHeaders } from 'undici';
import { expect, test, vi } from 'vitest';
import { keys, wrapFetch } from '../src/index.ts';

const mine = [
  ['X-ATTEMPT', 'mine'],
  ['X-Mark', 'a'],
  ['X-Mark', 'b'],
] as [string, string][];

class Marked {
  'X-Mark' = 'a';
}

/** Each with a change of it, as a caller may make it after the call. */
const KINDS: Readonly<Record<string, () => [headers: HeadersInit, change: () => void]>> = {
  'an object': () => changing({ 'X-Mark': 'a' } as HeadersInit, (own) => Object.assign(own, { 'X-Mark': 'c' })),
  'an object of a class': () => changing(new Marked() as never, (own) => Object.assign(own, { 'X-Mark': 'c' })),
  pairs: () => changing([['X-Mark', 'a']] as [string, string][], (own) => own.push(['X-Mark', 'c'])),
  'a pair': () => changing([['X-Mark', 'a']] as [string, string][], (own) => own[0]?.splice(1, 1, 'c')),
  'pairs that are sets': () => changing([new Set(['X-Mark', 'a'])] as never, (own: Set<string>[]) => own[0]?.clear()),
  'a Map': () => changing(new Map([['X-Mark', 'a']]) as never, (own: Map<string, string>) => own.set('X-Mark', 'c')),
  Headers: () => changing(new Headers({ 'X-Mark': 'a' }), (own) => own.set('X-Mark', 'c')),
};

function changing<Kind extends HeadersInit>(headers: Kind, change: (headers: Kind) => unknown): [Kind, () => void] {
  return [headers, () => void change(headers)];
}

test.each(Object.entries(KINDS))('%s that the caller changes meanwhile arrives as it was', async (_, make) => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const [headers, change] = make();

  const sent = wrapFetch({ backoff: () => 1 })(origin.url, { method: 'PUT', headers });
  change();
  await sent;

  expect(origin.requests.map((request) => request.headers['x-mark'])).toEqual(['a', 'a']);
});

test.each<[string, HeadersInit | undefined, unknown]>([
  ['no headers', undefined, { 'X-Attempt': '1' }],
  ['an object', { 'X-ATTEMPT': 'mine', 'X-Mark': 'a' }, { 'X-Mark': 'a', 'X-Attempt': '1' }],
  ['an invalid name', { 'not a name': 'x' }, { 'not a name': 'x', 'X-Attempt': '1' }],
  ['pairs', mine, [...mine.slice(1), ['X-Attempt', '1']]],
  ['broken pairs', [null, []] as never, [null, [], ['X-Attempt', '1']]],
  ['Headers', new Headers(mine), new Headers([...mine.slice(1), ['X-Attempt', '1']])],
  [
    'Headers of undici',
    new UndiciHeaders({ 'X-Mark': 'a' }) as never,
    new UndiciHeaders({ 'X-Mark': 'a', 'X-Attempt': '1' }),
  ],
])('an added header replaces its own name only, and keeps the kind: %s', async (_, headers, expected) => {
  const inner = vi.fn(async (_url: string, _init?: RequestInit) => new Response());

  await wrapFetch(inner, { attemptHeader: 'X-Attempt' })('http://origin.test/', { ...(headers && { headers }) });

  const sent = inner.mock.calls[0]?.[1]?.headers as object;
  expect(sent.constructor).toBe((expected as object).constructor);
  expect(plain(sent)).toEqual(plain(expected as object));
});

function plain(headers: object): object {
  return Symbol.iterator in headers ? [...(headers as Headers)] : headers;
}

test('a key in a Request permits a retry', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const headers = { 'Idempotency-Key': 'order-7' };

  await wrapFetch({ backoff: () => 1, idempotencyKey: keys.ietf() })(
    new Request(origin.url, { method: 'POST', body: 'order', headers }),
  );

  expect(origin.requests.map((request) => request.headers['idempotency-key'])).toEqual(['order-7', 'order-7']);
});
