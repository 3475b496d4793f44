import { expect, test } from 'vitest';
import * as browser from '../src/browser.ts';
import * as node from '../src/index.ts';

test('a bundle for browsers finds every name that an adapter may import', () => {
  expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
});
