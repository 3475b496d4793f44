import { expect, test } from 'vitest';
import type { DispatchOptions } from '../src/options.ts';
import { DispatchTraits } from '../src/traits.ts';

test.each<[name: string, options: Partial<DispatchOptions>, origin: string, url: string]>([
  ['an origin', { origin: 'http://a.test' }, 'http://a.test', 'http://a.test/'],
  ['a URL as the origin', { origin: new URL('http://a.test/x') }, 'http://a.test', 'http://a.test/'],
  ['an origin that is none', { origin: 'a.test' }, 'a.test', 'a.test/'],
  ['no origin', {}, '', '/'],
  [
    'a path that looks like another host',
    { origin: 'http://a.test', path: '//b/' },
    'http://a.test',
    'http://a.test//b/',
  ],
  ['a path that ends without a slash', { origin: 'http://a.test', path: '/b' }, 'http://a.test', 'http://a.test/b'],
  [
    'an absolute URL',
    { origin: 'http://proxy.test', path: 'http://a.test/b/' },
    'http://proxy.test',
    'http://a.test/b/',
  ],
  [
    'a query',
    { origin: 'http://a.test', query: { b: 1, c: ['2', '3'] } },
    'http://a.test',
    'http://a.test/?b=1&c=2&c=3',
  ],
])('the target of a dispatch with %s', (_, options, origin, url) => {
  const traits = new DispatchTraits({ method: 'GET', path: '/', ...options });

  expect([traits.origin, traits.url]).toEqual([origin, url]);
});

test.each([[undefined], [null]])('headers of %s are none', (headers) => {
  const traits = new DispatchTraits({ method: 'GET', path: '/', headers } as DispatchOptions);

  expect(traits.headers.get('accept')).toBeNull();
});
