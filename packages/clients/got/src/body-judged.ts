import type { Operation, Outcome } from '@twicesafe/core/adapter';
import type { Response } from 'got';

/** Thrown in place of a successful response whose body asks for another attempt. */
export class BodyRetry extends Error {}

/** The outcome with what the body says, if a rule or a protocol judges it. undefined otherwise. */
export function bodyJudged(
  operation: Operation,
  outcome: Outcome,
  response: Response | undefined,
  signal: AbortSignal | undefined,
): Promise<Outcome> | undefined {
  return operation.readBody(outcome, async (maxBytes) => textOf(response, maxBytes), signal);
}

/** got has read a response to its end, unless it is a stream. */
function textOf(response: Response | undefined, maxBytes: number): string | undefined {
  const { rawBody } = (response ?? {}) as Partial<Response>;
  return rawBody && rawBody.byteLength <= maxBytes ? new TextDecoder().decode(rawBody) : undefined;
}

/** The wait before the next attempt in milliseconds, as got takes it: 0 stops. */
export function waitMsOf({ decision, settings }: Operation): number {
  if (decision.action === 'stop') return 0;
  return Math.max(1, settings.skipWaits ? 0 : decision.waitMs);
}
