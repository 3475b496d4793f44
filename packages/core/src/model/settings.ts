import type { Backoff } from './backoff.ts';
import type { RetryOptions } from './options.ts';
import type { Rule } from './rule.ts';

type Optional =
  | 'attemptTimeoutMs'
  | 'deadlineMs'
  | 'attemptHeader'
  | 'timeLeftHeader'
  | 'idempotencyKey'
  | 'confirm'
  | 'onEvent';

/** Options with their defaults filled in and checked. */
export type Settings = Readonly<
  Required<Omit<RetryOptions, Optional>> & { [Name in Optional]: RetryOptions[Name] | undefined }
> & { readonly backoff: Backoff; readonly rules: readonly Rule[] };
