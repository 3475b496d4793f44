/** How the client learns of its answer, or fails to. A number is a final status with an empty body. */
export type FaultAnswer =
  /** The application's own answer, whole and in time. */
  | 'whole'
  /** The application's own answer, too late for a client with a time limit. */
  | 'late'
  /** The start of the application's answer; then the connection ends (FIN) before the announced length. */
  | 'torn'
  /** The connection is reset (RST) without a response. */
  | 'reset'
  /** The connection is closed (FIN) without a response. */
  | 'closed'
  /** The connection stays open without a response. */
  | 'silence'
  /** No connection. */
  | 'refused'
  | number;

/**
 * One way in which a request fails. It defines how often the application processes the request, and what the client
 * receives. The scripted origin, the proxy, and the msw handlers all read these two facts.
 */
export interface Fault {
  readonly name: FaultName;
  /** What happens, as a sentence for people. */
  readonly summary: string;
  /** How many times the application processes the request. */
  readonly effects: 0 | 1 | 2;
  readonly answer: FaultAnswer;
}

/** The names of all faults. */
export type FaultName =
  | 'none'
  | 'refused'
  | 'resetBefore'
  | 'closeBefore'
  | 'resetAfter'
  | 'closeAfter'
  | 'truncated'
  | 'lost502'
  | 'failed500'
  | 'slow'
  | 'hang'
  | 'hangBefore'
  | 'busy503'
  | 'limited429'
  | 'duplicated'
  | 'seeOther303'
  | 'redirect307'
  | 'redirect302';
