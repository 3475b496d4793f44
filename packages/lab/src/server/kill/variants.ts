/** How the killed server remembers keys and makes its effect. */
export interface Variant {
  readonly name: string;
  readonly database: 'postgres' | 'sqlite';
  /** `apart`: the effect is a statement of its own. `together`: effect and record are one transaction. */
  readonly effect: 'apart' | 'commit' | 'transaction';
  readonly interrupted: 'refuse' | 'run-again';
  /** Whether the event loop blocks for 0.9 s in 4 % of the requests, which is longer than the lease. */
  readonly stalls: boolean;
  /** The outcomes that must be 0 at the end. */
  readonly mustBeZero: readonly ('doubled' | 'lost' | 'unknown')[];
}

const NOTHING_WRONG = ['doubled', 'lost', 'unknown'] as const;

/** The variants, with the recommended ones first. The last ones show the failures that the others prevent. */
export const VARIANTS: readonly Variant[] = [
  variant('postgres', 'commit', 'run-again', { mustBeZero: NOTHING_WRONG }),
  variant('postgres', 'commit', 'run-again', { stalls: true, mustBeZero: NOTHING_WRONG }),
  variant('postgres', 'transaction', 'refuse', { mustBeZero: NOTHING_WRONG }),
  variant('sqlite', 'commit', 'run-again', { stalls: true, mustBeZero: NOTHING_WRONG }),
  variant('postgres', 'apart', 'refuse', { mustBeZero: ['doubled', 'lost'] }),
  variant('sqlite', 'apart', 'refuse', { stalls: true, mustBeZero: ['doubled', 'lost'] }),
  variant('postgres', 'apart', 'run-again', { mustBeZero: ['lost', 'unknown'] }),
];

function variant(
  database: Variant['database'],
  effect: Variant['effect'],
  interrupted: Variant['interrupted'],
  { stalls = false, mustBeZero }: Pick<Variant, 'mustBeZero'> & Partial<Pick<Variant, 'stalls'>>,
): Variant {
  const how = effect === 'apart' ? interrupted : effect;
  const commit = database === 'sqlite' && effect === 'commit' ? 'commitSync' : how;
  const name = `${database === 'sqlite' ? 'node:sqlite' : 'Postgres'}, \`${commit}\`${stalls ? ', stalled event loop' : ''}`;
  return { name, database, effect, interrupted, stalls, mustBeZero };
}
