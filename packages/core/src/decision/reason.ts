/** Why an attempt may be followed by another: what makes the second copy harmless. Append-only. */
export type RetryReason =
  | 'never-sent'
  | 'refused'
  | 'declared-repeatable'
  | 'safe-method'
  | 'idempotent-method'
  | 'idempotency-key'
  | 'precondition'
  | 'protocol-safe'
  | 'protocol-idempotent';

/** Why no attempt follows. Append-only. */
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
  | 'protocol-unsafe';

/** The key of a decision in logs, tests and documentation: a closed, append-only union. */
export type Reason = RetryReason | StopReason;
