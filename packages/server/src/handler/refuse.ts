import { type ProblemCode, problem } from './problem.ts';
import type { Settings } from './settings.ts';

/** Refuses a request with an error response of the handler's own, and reports it. */
export function refuse(settings: Settings, code: ProblemCode, key?: string, detail?: string): Response {
  settings.emit({ type: 'request-refused', key, code });
  return problem(code, settings.docs, detail);
}
