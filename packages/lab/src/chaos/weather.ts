/** What befalls one attempt, before or after the origin has processed it. */
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

/** How likely the first and the second attempt to arrive meet a fault. A third never does: whoever may repeat gets through. */
const CHANCES = [0.5, 0.3];
/** How likely the port is closed at first. Then nothing else goes wrong. */
const REFUSED = 0.08;

/** Whether the port of an operation is closed for a moment. */
export function isRefused(seed: number, operation: number): boolean {
  return random(`${seed}:${operation}`) < REFUSED;
}

/** What the attempt meets, by nothing but its number and that of its operation: every client has the same weather. */
export function faultOf(seed: number, operation: number, attempt: number): Fault | undefined {
  const roll = random(`${seed}:${operation}:${attempt}`) / (CHANCES[attempt - 1] ?? 0);
  return isRefused(seed, operation) ? undefined : FAULTS[Math.floor(roll * FAULTS.length)];
}

/** A number in [0, 1) that depends on the text alone (FNV-1a, and the finish of MurmurHash3). */
function random(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
