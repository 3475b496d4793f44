import got16, { type Got } from 'got';
import got14 from 'got14';
import got15 from 'got15';

/** Every major version of got that the package supports. */
export const VERSIONS: readonly (readonly [name: string, got: Got])[] = [
  ['got 14', got14 as unknown as Got],
  ['got 15', got15 as unknown as Got],
  ['got 16', got16],
];
