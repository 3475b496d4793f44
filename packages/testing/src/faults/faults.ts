import type { Fault, FaultAnswer, FaultName } from './fault.ts';

/**
 * Every fault by its name. `Before` and `After` refer to the moment at which the application processes the request.
 *
 * @example
 * origin.plays(faults.resetAfter); // the order is stored, the client sees ECONNRESET
 */
export const faults: Readonly<Record<FaultName, Fault>> = Object.freeze({
  none: fault('none', 1, 'whole', 'The request is processed and answered.'),
  refused: fault('refused', 0, 'refused', 'The port is closed, so the connection is refused.'),
  resetBefore: fault('resetBefore', 0, 'reset', 'The connection is reset before the request is processed.'),
  closeBefore: fault('closeBefore', 0, 'closed', 'The connection is closed before the request is processed.'),
  resetAfter: fault('resetAfter', 1, 'reset', 'The request is processed, and then the connection is reset.'),
  closeAfter: fault('closeAfter', 1, 'closed', 'The request is processed, and then the connection is closed.'),
  truncated: fault('truncated', 1, 'torn', 'The request is processed, and its answer breaks off in the body.'),
  lost502: fault('lost502', 1, 502, 'The request is processed, but a gateway answers 502.'),
  failed500: fault('failed500', 0, 500, 'The application fails before it processes the request, and answers 500.'),
  slow: fault('slow', 1, 'late', 'The request is processed, and the answer comes late.'),
  hang: fault('hang', 1, 'silence', 'The request is processed, and no answer comes.'),
  hangBefore: fault('hangBefore', 0, 'silence', 'The request is never processed, and no answer comes.'),
  busy503: fault('busy503', 0, 503, 'The server answers 503 with Retry-After and processes nothing.'),
  limited429: fault('limited429', 0, 429, 'The server answers 429 with Retry-After and processes nothing.'),
  duplicated: fault('duplicated', 2, 'whole', 'A proxy on the way sends the request twice.'),
  seeOther303: fault('seeOther303', 1, 303, 'The request is processed, and a 303 names the place of its result.'),
  redirect307: fault('redirect307', 0, 307, 'A 307 asks to send the same request to another place.'),
  redirect302: fault('redirect302', 0, 302, 'A 302 names another place, which most clients ask with GET.'),
});

/** The names of all faults, in the order of the table. */
export const FAULT_NAMES: readonly FaultName[] = Object.freeze(Object.keys(faults) as FaultName[]);

function fault(name: FaultName, effects: Fault['effects'], answer: FaultAnswer, summary: string): Fault {
  return Object.freeze({ name, summary, effects, answer });
}
