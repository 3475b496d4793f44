/** Why a duplicate is harmless, so that a retry may follow. Append-only. */
export type RetryReason =
  | 'never-sent'
  | 'refused'
  | 'declared-repeatable'
  | 'safe-method'
  | 'idempotent-method'
  | 'idempotency-key'
  | 'precondition'
  | 'protocol-safe'
  | 'protocol-idempotent'
  | 'reauthorized';

/** Why the operation ends. Append-only. */
export type StopReason =
  | 'aborted'
  | 'succeeded'
  | 'final-status'
  | 'accepted'
  | 'misdirected-again'
  | 'replayed-failure'
  | 'permanent-failure'
  | 'declared-final'
  | 'programmer-error'
  | 'certificate-error'
  | 'deadline-over'
  | 'server-veto'
  | 'caller-veto'
  | 'callback-failed'
  | 'not-repeatable'
  | 'declared-not-repeatable'
  | 'precondition-missing'
  | 'body-not-replayable'
  | 'attempts-exhausted'
  | 'outer-retry'
  | 'outer-retry-refused'
  | 'key-window-over'
  | 'pushback-too-long'
  | 'deadline-too-near'
  | 'retry-window-over'
  | 'budget-exhausted'
  | 'protocol-unsafe'
  | 'final-body';

/** The code of a decision in logs, tests and documentation. The union is closed and append-only. */
export type Reason = RetryReason | StopReason;
