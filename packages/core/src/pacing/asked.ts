import type { ResponseOutcome } from '../decision/outcome.ts';
import { pushbackOf } from './pushback.ts';

/**
 * How long a response asks us to wait, in its headers or its body. The longer one counts. In milliseconds; undefined if
 * it does not say.
 */
export function askedMs({ headers, status, answer }: ResponseOutcome, epochMs: number): number | undefined {
  const pushbackMs = pushbackOf(headers, epochMs, status);
  return answer?.waitMs === undefined ? pushbackMs : Math.max(pushbackMs ?? 0, Math.ceil(answer.waitMs));
}
