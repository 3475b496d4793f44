/** Draws docs/timelines.svg, docs/judgement.svg, docs/kills.svg and docs/storm.svg. */
import { readFileSync, writeFileSync } from 'node:fs';
import { judgementPicture } from './judgement.ts';
import { killsPicture } from './kills.ts';
import { stormPicture } from './storm.ts';
import { timelinesPicture } from './timelines.ts';

const docs = new URL('../../../../docs/', import.meta.url);
const read = (page: string): string => readFileSync(new URL(page, docs), 'utf8');
const pictures = {
  timelines: timelinesPicture,
  judgement: judgementPicture,
  kills: () => killsPicture(read('outbox.md')),
  storm: () => stormPicture(read('pacing.md')),
};
for (const [name, draw] of Object.entries(pictures)) writeFileSync(new URL(`${name}.svg`, docs), draw());
