import type { ProtocolAnswer, ProtocolRequest, ProtocolResponse } from './protocol.ts';

/**
 * Judges a response by its body, for servers whose statuses don't say everything. Pure, never throws. Made by
 * `bodyJudge()`. Give it to a rule, as `rules: [{ url: /^https:\/\/slack\.com\//, judge: judges.slack }]`, or call it
 * in your own code.
 */
export interface BodyJudge {
  /**
   * @param text - The whole body, or an empty string if it is missing, longer than 64 KiB, or not JSON or XML.
   * @param request - The request, if the judge belongs to a protocol.
   * @returns undefined if the status says everything.
   */
  (response: ProtocolResponse, text: string, request?: ProtocolRequest): ProtocolAnswer | undefined;
  /**
   * Whether the judge needs the body of this response. The body of any other is not read, which costs less.
   *
   * @default every response
   */
  readonly wants?: ((response: ProtocolResponse) => boolean) | undefined;
  /**
   * Reads the body and asks the judges in order.
   *
   * @internal
   */
  readonly askAll: AskJudges;
}

/**
 * Has judges answer what a response means.
 *
 * @throws Whatever a judge throws, later.
 */
export type AskJudges = (
  judges: readonly BodyJudge[],
  response: ProtocolResponse,
  look: Look,
  limits: LookLimits,
) => Promise<ProtocolAnswer | undefined>;

/** Reads the body of the response at hand. See `Client.look`. */
export type Look = (maxBytes: number, signal: AbortSignal) => Promise<string | undefined>;

/** What limits the look at a body. */
interface LookLimits {
  readonly clock: { after(ms: number, callback: () => void): () => void };
  /** Milliseconds left for the look. */
  readonly remainingMs: number;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
}
