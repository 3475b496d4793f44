/** What the function claimed to its caller. */
export type Claim =
  /** The operation took effect. */
  | 'done'
  /** It did not. */
  | 'failed'
  /** The function admits that it does not know. */
  | 'unknown'
  /** The function did not settle. */
  | 'none';

/** The result of comparing a claim with the ledger. */
export type Verdict =
  /** Done, and done once. */
  | 'ok'
  /** Took effect more often than it should. */
  | 'DOUBLED'
  /** Claimed done, but it did not take effect. */
  | 'LIED'
  /** Never settled. */
  | 'HUNG'
  /** Claimed failed, but it took effect, so a second try doubles it. */
  | 'misled'
  /** Claimed failed, rightly. */
  | 'lost'
  /** Claimed unknown, which is honest. */
  | 'in doubt'
  /** Done once, but a request came before the server's Retry-After was over. */
  | 'too early'
  /** Took effect twice because a proxy sent it twice. Only an idempotency key prevents that. */
  | 'needs key'
  /** The function ended before this attempt, so the fault wasn't played. */
  | 'not reached';

/** What was seen of one run. */
export interface Sighting {
  readonly claim: Claim;
  /** Whether the fault was played. */
  readonly reached: boolean;
  /** Effects in the ledger. */
  readonly effects: number;
  /** Effects that the operation has when all goes well. */
  readonly expected: number;
  /** Whether anything took effect more often than it should. */
  readonly doubled: boolean;
  /** Whether the doubling is explained by a proxy that sends requests twice. */
  readonly twinned: boolean;
  /** Whether a request came before the time that the server asked for. */
  readonly early: boolean;
}

/** Holds a claim against the ledger. The first rule that applies decides, so the worst verdict wins. */
export function verdictOf({ claim, reached, effects, expected, doubled, twinned, early }: Sighting): Verdict {
  if (doubled && !twinned) return 'DOUBLED';
  if (claim === 'none') return 'HUNG';
  if (claim === 'done' && effects < expected) return 'LIED';
  if (doubled) return 'needs key';
  if (!reached) return 'not reached';
  if (claim === 'unknown') return 'in doubt';
  if (claim === 'failed') return effects > 0 ? 'misled' : 'lost';
  return early ? 'too early' : 'ok';
}
