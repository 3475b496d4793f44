import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judgementPicture } from '../src/pictures/judgement.ts';
import { killsPicture } from '../src/pictures/kills.ts';
import { timelinesPicture } from '../src/pictures/timelines.ts';

const docs = new URL('../../../docs/', import.meta.url);

test.each([
  ['timelines', timelinesPicture],
  ['judgement', judgementPicture],
  ['kills', () => killsPicture(readFileSync(new URL('outbox.md', docs), 'utf8'))],
])('docs/%s.svg is what the script draws', (name, draw) => {
  expect(readFileSync(new URL(`${name}.svg`, docs), 'utf8')).toBe(draw());
});
