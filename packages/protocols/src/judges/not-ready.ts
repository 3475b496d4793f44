import { bodyJudge } from '@twicesafe/core';
import type { BodyJudge, ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { at, parseJson } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';

/** The options of {@link notReady}. */
export interface NotReadyOptions {
  /** The path of the field that contains the state of the work, such as `status` or `job.state`. */
  readonly field: string;
  /** The values that mean that the work isn't done. */
  readonly values: readonly string[];
  /**
   * The wait before the next poll, in milliseconds.
   *
   * @default the policy's backoff
   */
  readonly waitMs?: number;
}

/**
 * Makes a judge for polling. A successful response counts as transient while the work that it describes isn't done. The
 * policy's attempts, waits and deadline apply.
 *
 * @throws {TypeError} If an option is invalid.
 * @example
 * const judge = judges.notReady({ field: 'status', values: ['queued', 'running'], waitMs: 2_000 });
 * wrapFetch({ rules: [{ method: 'GET', url: /\/jobs\//, judge }], maxAttempts: 60 });
 */
export function notReady({ field, values, waitMs }: NotReadyOptions): BodyJudge {
  if (typeof field !== 'string' || field === '')
    throw new TypeError(`notReady: field must be a path, not ${String(field)}`);
  if (!Array.isArray(values)) throw new TypeError(`notReady: values must be a list of strings, not ${String(values)}`);
  if (waitMs !== undefined && !(waitMs >= 0)) {
    throw new TypeError(`notReady: waitMs must be a number of milliseconds, not ${String(waitMs)}`);
  }
  const path = field.split('.');
  const judge = ({ status }: ProtocolResponse, text: string): ProtocolAnswer | undefined => {
    const value = status < 300 ? at(parseJson(text), ...path) : undefined;
    if (typeof value !== 'string' || !values.includes(value)) return undefined;
    return { verdict: 'transient', subject: `${field} ${quoted(value)}`, ...(waitMs !== undefined && { waitMs }) };
  };
  return bodyJudge(judge, { wants: ({ status }) => status < 300 });
}
