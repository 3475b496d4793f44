import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judgementPicture } from '../src/pictures/judgement.ts';
import { timelinesPicture } from '../src/pictures/timelines.ts';

test.each([
  ['timelines', timelinesPicture],
  ['judgement', judgementPicture],
])('docs/%s.svg is what the script draws', (name, draw) => {
  expect(readFileSync(new URL(`../../../docs/${name}.svg`, import.meta.url), 'utf8')).toBe(draw());
});
