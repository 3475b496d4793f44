import type { BodyJudge } from '../protocol.ts';
import { at, parseJson } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';

/** What {@link notReady} looks for. */
export interface NotReadyOptions {
  /** The path of the field that says how far the work is: `status`, or `job.state`. */
  readonly field: string;
  /** The values that mean that it isn't done. */
  readonly values: readonly string[];
  /**
   * The wait before the next look, in milliseconds.
   *
   * @default the backoff of the policy
   */
  readonly waitMs?: number;
}

/**
 * Makes a judge that calls a successful response transient while the work that it describes isn't done: polling, with the
 * attempts, the waits and the deadline of the policy.
 *
 * @throws {TypeError} If an option has a value that is not allowed.
 * @example
 * judges.notReady({ field: 'status', values: ['queued', 'running'], waitMs: 2_000 })
 */
export function notReady({ field, values, waitMs }: NotReadyOptions): BodyJudge {
  if (typeof field !== 'string' || field === '')
    throw new TypeError(`notReady: field must be a path, not ${String(field)}`);
  if (!Array.isArray(values)) throw new TypeError(`notReady: values must be a list of strings, not ${String(values)}`);
  if (waitMs !== undefined && !(waitMs >= 0)) {
    throw new TypeError(`notReady: waitMs must be a number of milliseconds, not ${String(waitMs)}`);
  }
  const path = field.split('.');
  return ({ status }, text) => {
    const value = status < 300 ? at(parseJson(text), ...path) : undefined;
    if (typeof value !== 'string' || !values.includes(value)) return undefined;
    return { verdict: 'transient', subject: `${field} ${quoted(value)}`, ...(waitMs !== undefined && { waitMs }) };
  };
}
