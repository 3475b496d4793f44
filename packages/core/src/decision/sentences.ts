import type { EffectReason } from '../effect/effect.ts';
import type { Reason } from './reason.ts';

/** One sentence for each reason, with the section of the standard if there is one. */
export const DECISION_SENTENCES: Readonly<Record<Reason, string>> = {
  'never-sent': 'the request never reached the server (RFC 9110 section 9.2.2)',
  refused:
    'the server refused the request before processing it (RFC 9110 section 15.5.20, RFC 8470 section 5.2, RFC 9113 section 8.7, or your refusedStatuses)',
  'declared-repeatable': 'the request was declared to be repeatable',
  'safe-method': 'the method is safe (RFC 9110 section 9.2.1)',
  'idempotent-method': 'the method is idempotent (RFC 9110 section 9.2.2)',
  'idempotency-key': 'the idempotency key lets the server recognize a duplicate',
  precondition: 'the precondition lets the request take effect at most once (RFC 9110 section 13.1)',
  'protocol-safe': 'the protocol says that the request changes nothing',
  'protocol-idempotent': 'the protocol says that a duplicate is harmless',
  reauthorized:
    'the server refused the credential, so it did not apply the request, and there is a new one (RFC 9110 section 15.5.2)',
  aborted: 'the caller aborted the request',
  succeeded: 'the request succeeded',
  'final-status': 'the status is final, so a retry would get the same',
  accepted: 'the client accepts this outcome',
  'misdirected-again':
    'two connections in a row reached a server that is not responsible for this origin (RFC 9110 section 15.5.20)',
  'replayed-failure': 'the server stored this failure with the idempotency key and would only replay it',
  'permanent-failure': 'the cause of the failure is permanent, so a retry would fail too',
  'declared-final': 'a rule makes this outcome final',
  'programmer-error': 'the request itself cannot be sent',
  'certificate-error': "the server's certificate was rejected, and a retry would get the same one",
  'deadline-over': 'the deadline was over',
  'server-veto': 'the server forbade a retry',
  'caller-veto': 'shouldRetry returned false, or an option or a hook of the client forbade it',
  'callback-failed': 'a function in the options failed, so the operation ended',
  'not-repeatable':
    'the server may have processed the request, and a duplicate could take effect twice (RFC 9110 section 9.2.2)',
  'declared-not-repeatable': 'the request was declared not to be repeatable, and the server may have processed it',
  'precondition-missing': 'a rule requires a precondition for a retry, and the request has none',
  'body-not-replayable': 'the body is a stream that was already read',
  'attempts-exhausted': 'no attempts are left',
  'outer-retry': 'a loop above this client already retries the request',
  'outer-retry-refused':
    'a loop above this client retried an operation that may have been processed, so nothing was sent (RFC 9110 section 9.2.2)',
  'key-window-over': 'the server would forget the idempotency key before the next attempt',
  'pushback-too-long': 'the wait would be longer than maxPushbackMs',
  'deadline-too-near': 'the wait would exceed the deadline',
  'retry-window-over': 'a retry would begin later than retryWindowMs after the start',
  'budget-exhausted': 'the retry budget of this origin is exhausted',
  'protocol-unsafe':
    'the server may have processed the request, and the protocol says that a duplicate could take effect twice',
  'final-body': 'the body of the response says that a retry would get the same',
};

/** One sentence for each reason of an effect. */
export const EFFECT_SENTENCES: Readonly<Record<EffectReason, string>> = {
  'safe-method': 'the method asks for no change',
  'protocol-safe': 'the protocol says that the request changes nothing',
  'success-response': 'the server answered with success',
  'nothing-processed': 'no attempt was processed',
  'refusal-response': 'the server refused, and no earlier attempt is in doubt',
  'outcome-unknown': 'an attempt ended without an answer and may have been processed',
  'server-error': 'a 5xx does not show how far the server came',
  'unclear-response': 'the status does not show whether the request was processed',
  'redirected-response': 'a redirect was followed, so the response answers another request',
  'unseen-copies': 'a function between twicesafe and the server may have sent other copies of the request, or none',
  'earlier-run': 'an earlier run of this request may have been processed',
  confirmed: 'the confirm option checked it',
  'probably-ours-gone': 'an earlier attempt may have deleted it already, so this refusal is probably our own success',
  'probably-ours-precondition':
    'an earlier attempt may have changed the resource already, so this refusal is probably our own success',
  'probably-ours-conflict':
    'an earlier attempt may have created it already, so this refusal is probably our own success',
};
