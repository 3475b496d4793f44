/** A gRPC and Connect code, and its meaning for retries. */
export interface ConnectCode {
  /** The name in Connect errors. */
  readonly name: string;
  /** The number in `grpc-status`. */
  readonly number: number;
  /**
   * Whether a retry may get a better answer, if it is permitted. `if-asked` means only if the server gives a wait.
   * Codes aren't proof about processing. For example, gRPC documents `unavailable` as "not a guarantee that the server
   * has not seen anything".
   */
  readonly transient: 'yes' | 'if-asked' | 'no';
  /** A short reason, for the documentation. */
  readonly why: string;
}

/**
 * The codes of gRPC, which Connect shares.
 *
 * Source: https://github.com/grpc/grpc/blob/master/doc/statuscodes.md, https://google.aip.dev/194, and
 * https://connectrpc.com/docs/protocol#error-codes
 */
export const CODES: readonly ConnectCode[] = [
  code(1, 'canceled', 'no', 'the caller gave up'),
  code(2, 'unknown', 'no', 'says nothing, and AIP-194 does not retry it'),
  code(3, 'invalid_argument', 'no', 'would be invalid again'),
  code(4, 'deadline_exceeded', 'yes', 'may have completed all the same'),
  code(5, 'not_found', 'no', 'would not be found again'),
  code(6, 'already_exists', 'no', 'after an attempt in doubt, probably made by that attempt'),
  code(7, 'permission_denied', 'no', 'would be denied again'),
  code(8, 'resource_exhausted', 'if-asked', 'a quota, or a message that is too long'),
  code(9, 'failed_precondition', 'no', 'the state must change first'),
  code(
    10,
    'aborted',
    'if-asked',
    'the whole read-modify-write must be done again; Connect clients make it of a reset too',
  ),
  code(11, 'out_of_range', 'no', 'would be out of range again'),
  code(12, 'unimplemented', 'no', 'is not there'),
  code(13, 'internal', 'no', 'an invariant is broken'),
  code(14, 'unavailable', 'yes', 'the one code that AIP-194 retries'),
  code(15, 'data_loss', 'no', 'cannot be recovered'),
  code(16, 'unauthenticated', 'no', 'needs other credentials'),
];

/** Finds a code by its name, such as `unavailable`. */
export function codeNamed(name: unknown): ConnectCode | undefined {
  return CODES.find((each) => each.name === name);
}

/** Finds a code by its number in `grpc-status`, in digits. */
export function codeNumbered(digits: string): ConnectCode | undefined {
  return CODES.find((each) => String(each.number) === digits);
}

function code(number: number, name: string, transient: ConnectCode['transient'], why: string): ConnectCode {
  return { name, number, transient, why };
}
