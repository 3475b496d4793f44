import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { backoffPicture } from '../src/backoff/picture.ts';

test('the picture in the docs shows the backoffs', () => {
  const drawn = readFileSync(new URL('../../../docs/backoff.svg', import.meta.url), 'utf8');

  expect(drawn).toBe(backoffPicture());
});
