import type { Outcome } from './outcome.ts';

// Stripe, and the SDKs that Stainless makes (OpenAI, Anthropic): `true` and `false` beat the status.
const FIELDS = ['x-should-retry', 'stripe-should-retry'];

/** Reads the header with which a server asks for a retry or forbids it. */
export function shouldRetryHeader(outcome: Outcome): 'retry' | 'stop' | undefined {
  if (outcome.type === 'failure') return undefined;
  const words = FIELDS.map((field) => outcome.headers.get(field)?.trim().toLowerCase());
  // Of two contradicting words the careful one counts.
  if (words.includes('false')) return 'stop';
  return words.includes('true') ? 'retry' : undefined;
}
