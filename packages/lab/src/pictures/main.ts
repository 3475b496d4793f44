/** Draws docs/timelines.svg, docs/judgement.svg and docs/kills.svg. */
import { readFileSync, writeFileSync } from 'node:fs';
import { judgementPicture } from './judgement.ts';
import { killsPicture } from './kills.ts';
import { timelinesPicture } from './timelines.ts';

const docs = new URL('../../../../docs/', import.meta.url);
const kills = (): string => killsPicture(readFileSync(new URL('outbox.md', docs), 'utf8'));
const pictures = { timelines: timelinesPicture, judgement: judgementPicture, kills };
for (const [name, draw] of Object.entries(pictures)) writeFileSync(new URL(`${name}.svg`, docs), draw());
