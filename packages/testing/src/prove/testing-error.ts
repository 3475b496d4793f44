/** Why a proof could not be made. */
export type TestingErrorCode =
  /** The function didn't send a request to the URL that it was given. */
  | 'client-never-came'
  /** The function is not ok even without a fault. */
  | 'control-failed'
  /** The function was ok without a fault, and later was not: its time limits are too short for this machine now. */
  | 'machine-too-slow'
  /** `effects` threw, or returned something other than a count. */
  | 'effects-failed'
  /** The global timers are fake, so that real time does not pass. */
  | 'timers-are-fake';

/** A proof could not be made. A verdict is impossible. */
export class TestingError extends Error {
  override readonly name = 'TestingError';
  readonly code: TestingErrorCode;

  constructor(code: TestingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
