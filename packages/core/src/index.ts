/** What an application needs, and the authors of rules, budgets and protocols. Every client package re-exports it. */
export type { BodyJudge } from './decision/body-judge.ts';
export type { Decision } from './decision/decision.ts';
export type { FailureKind } from './decision/outcome.ts';
export type {
  Protocol,
  ProtocolAnswer,
  ProtocolReading,
  ProtocolRequest,
  ProtocolResponse,
} from './decision/protocol.ts';
export type { Reason } from './decision/reason.ts';
export type { Rule } from './decision/rules.ts';
export type { VetoContext } from './decision/veto.ts';
export type { AttemptRecord } from './effect/attempt.ts';
export type { Confirmation, ConfirmContext } from './effect/confirmation.ts';
export type { Delivery } from './effect/delivery.ts';
export type { Effect } from './effect/effect.ts';
export type { OperationTrace, RetryEvent } from './effect/event.ts';
export type { Report } from './effect/report.ts';
export * as keys from './keys/keys.ts';
export type { KeyScheme } from './keys/scheme.ts';
export { bodyJudge } from './operation/body-judge.ts';
export type { Clock } from './operation/clock.ts';
export { CallbackError, TimeLimitError } from './operation/errors.ts';
export { explain } from './operation/explain.ts';
export { createRetryPolicy, type RetryPolicy } from './operation/policy.ts';
export { protocol } from './operation/protocol.ts';
export { reauthorize } from './operation/reauthorize.ts';
export { reportOf } from './operation/reports.ts';
export { withRetry } from './operation/with-retry.ts';
export type { RetryOptions } from './options/options.ts';
export type { Reauthorize, ReauthorizeOptions, RefreshContext } from './options/reauthorize.ts';
export type { RequestRetryOptions } from './options/request-options.ts';
export type { Backoff } from './pacing/backoff.ts';
export * as backoffs from './pacing/backoffs.ts';
export type { Budget, BudgetAccount, RetryCause } from './pacing/budget.ts';
export * as budgets from './pacing/budgets.ts';
export type { GateChannel } from './pacing/gate-channel.ts';
