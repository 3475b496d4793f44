/** Draws docs/backoff.svg. */
import { writeFileSync } from 'node:fs';
import { backoffPicture } from './picture.ts';

writeFileSync(new URL('../../../../docs/backoff.svg', import.meta.url), backoffPicture());
