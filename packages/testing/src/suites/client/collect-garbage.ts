import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Frees whatever nothing holds, as a busy process does at any time.
 *
 * @example
 * collectGarbage();
 * controller.abort(); // ends the attempt all the same
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
