import type { EffectReason } from '../effect/effect.ts';
import type { Reason } from './reason.ts';

/** One sentence for people for every reason, with the section of the standard where there is one. */
export const DECISION_SENTENCES: Readonly<Record<Reason, string>> = {
  'never-sent': 'nothing of the request reached the server, so this is the first copy (RFC 9110 section 9.2.2)',
  refused:
    'the server said that it did not process the request (RFC 9110 section 15.5.20, RFC 8470 section 5.2, RFC 9113 section 8.7)',
  'declared-repeatable': 'the request was declared to be repeatable',
  'safe-method': 'the method is safe (RFC 9110 section 9.2.1)',
  'idempotent-method': 'the method is idempotent (RFC 9110 section 9.2.2)',
  'idempotency-key': 'the idempotency key lets the server recognise a second copy',
  precondition: 'the precondition lets the request take effect at most once (RFC 9110 section 13.1)',
  'protocol-safe': 'the protocol says that the request changes nothing',
  'protocol-idempotent': 'the protocol says that a second copy does no harm',
  aborted: 'the caller gave up',
  succeeded: 'the request succeeded',
  'final-status': 'the status is final: another attempt would get the same',
  accepted: 'the caller takes this outcome as it is',
  'misdirected-again': 'two connections led to a server that is not the right one (RFC 9110 section 15.5.20)',
  'replayed-failure': 'the server keeps this failure with the idempotency key and would only replay it',
  'permanent-failure': 'the cause of the failure stays the same, so another attempt would fail too',
  'declared-final': 'a rule says that this outcome is final',
  'programmer-error': 'the request itself cannot be sent',
  'certificate-error': "the server's certificate was not accepted, and the next attempt would see the same one",
  'deadline-over': 'the deadline was over',
  'server-veto': 'the server asked for no retry',
  'caller-veto': 'shouldRetry returned false, or an option or a hook of the client forbade it',
  'callback-failed': 'a function in the options failed, so nothing was decided in favor of a retry',
  'not-repeatable':
    'a second copy could take effect twice, and the first one may have been processed (RFC 9110 section 9.2.2)',
  'declared-not-repeatable':
    'the request was declared not to be repeatable, and its first copy may have been processed',
  'precondition-missing': 'a rule wants a precondition for a repeat, and the request has none',
  'body-not-replayable': 'the body is a stream that was already read and cannot be sent again',
  'attempts-exhausted': 'no attempts are left',
  'outer-retry': 'a loop above this client repeats the request already',
  'outer-retry-refused':
    'a loop above this client repeated an operation that may have been processed, so nothing was sent (RFC 9110 section 9.2.2)',
  'key-window-over': 'by the next attempt the server would have forgotten the idempotency key',
  'pushback-too-long': 'the server asked for a longer wait than maxPushbackMs',
  'deadline-too-near': 'the wait would not end before the deadline',
  'retry-window-over': 'the next attempt would begin later than retryWindowMs after the first',
  'budget-exhausted': 'the retry budget of this origin is exhausted: too much fails at once',
  'protocol-unsafe':
    'the protocol says that a second copy could take effect twice, and the first one may have been processed',
};

/** One sentence for people for every effect's reason. */
export const EFFECT_SENTENCES: Readonly<Record<EffectReason, string>> = {
  'safe-method': 'the method asks for no change',
  'protocol-safe': 'the protocol says that the request changes nothing',
  'success-response': 'the server answered with success',
  'nothing-processed': 'no attempt was processed',
  'refusal-response': 'the server refused, and no earlier attempt is in doubt',
  'outcome-unknown': 'an attempt ended without an answer and may have been processed',
  'server-error': 'a 5xx does not tell how far the request came',
  'unclear-response': 'the status does not tell whether the request was processed',
  'redirected-response': 'a redirect was followed, so the response answers another request',
  'earlier-run': 'an earlier run of this request may have been processed',
  confirmed: 'the caller looked it up',
  'probably-ours-gone': 'an earlier attempt may have deleted it already, so this refusal is probably our own success',
  'probably-ours-precondition':
    'an earlier attempt may have changed the resource already, so this refusal is probably our own success',
  'probably-ours-conflict':
    'an earlier attempt may have created it already, so this refusal is probably our own success',
};
