import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judgementPicture } from '../src/pictures/judgement.ts';
import { killsPicture } from '../src/pictures/kills.ts';
import { stormPicture } from '../src/pictures/storm.ts';
import { timelinesPicture } from '../src/pictures/timelines.ts';

const docs = new URL('../../../docs/', import.meta.url);
const read = (page: string): string => readFileSync(new URL(page, docs), 'utf8');

test.each([
  ['timelines', timelinesPicture],
  ['judgement', judgementPicture],
  ['kills', () => killsPicture(read('outbox.md'))],
  ['storm', () => stormPicture(read('pacing.md'))],
])('the script draws docs/%s.svg', (name, draw) => {
  expect(readFileSync(new URL(`${name}.svg`, docs), 'utf8')).toBe(draw());
});
