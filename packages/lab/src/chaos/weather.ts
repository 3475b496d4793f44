/** A fault of one attempt, before or after the origin has processed it. */
export type Fault =
  | 'reset before'
  | 'reset after'
  | 'close after'
  | '502 after'
  | 'hang after'
  | 'truncated after'
  | '503 with Retry-After'
  | '429 with Retry-After';

const FAULTS: readonly Fault[] = [
  'reset before',
  'reset after',
  'close after',
  '502 after',
  'hang after',
  'truncated after',
  '503 with Retry-After',
  '429 with Retry-After',
];

/**
 * The chance of a fault for the first and the second attempt to arrive. A third attempt has none, so clients that retry
 * succeed.
 */
const CHANCES = [0.5, 0.3];
/** The chance that the port is closed at first. Such an operation has no other faults. */
const REFUSED = 0.08;

/** Whether the port of an operation is closed for a moment. */
export function isRefused(seed: number, operation: number): boolean {
  return random(`${seed}:${operation}`) < REFUSED;
}

/** Returns the fault of an attempt. Depends only on the seed and the numbers, so every client gets the same faults. */
export function faultOf(seed: number, operation: number, attempt: number): Fault | undefined {
  const roll = random(`${seed}:${operation}:${attempt}`) / (CHANCES[attempt - 1] ?? 0);
  return isRefused(seed, operation) ? undefined : FAULTS[Math.floor(roll * FAULTS.length)];
}

/** Returns a number in [0, 1) that depends only on the text (FNV-1a with the finalizer of MurmurHash3). */
function random(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
