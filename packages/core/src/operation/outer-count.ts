import type { RequestTraits } from '../decision/traits.ts';

/** Headers by which SDKs number their own attempts, and how a repeat reads. */
const COUNTS: readonly (readonly [name: string, repeat: RegExp])[] = [
  ['x-stainless-retry-count', /^[1-9]/], // OpenAI, Anthropic and other SDKs that Stainless makes: 0 is the first attempt
  ['x-retry-count', /^[1-9]/], // Supabase
  ['amz-sdk-request', /attempt=([2-9]|\d\d)/], // AWS: counted from 1
];

/** Whether a request's own headers prove that a loop above this client repeats it. */
export function isCountedRepeat({ headers }: RequestTraits): boolean {
  return COUNTS.some(([name, repeat]) => repeat.test(headers.get(name) ?? ''));
}

/** Whether a request has such a header, also at its first attempt. Supabase then omits the header. */
export function isCounted({ headers }: RequestTraits): boolean {
  return COUNTS.some(([name]) => headers.get(name) !== null);
}
