/** Draws docs/timelines.svg and docs/judgement.svg. */
import { writeFileSync } from 'node:fs';
import { judgementPicture } from './judgement.ts';
import { timelinesPicture } from './timelines.ts';

const pictures = { timelines: timelinesPicture, judgement: judgementPicture };
for (const [name, draw] of Object.entries(pictures))
  writeFileSync(new URL(`../../../../docs/${name}.svg`, import.meta.url), draw());
