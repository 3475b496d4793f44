/** What goes wrong with the first request of an operation. */
export type Fault =
  | 'none'
  | 'refused'
  | 'reset before processing'
  | 'reset after processing'
  | '502 after processing'
  | '503, Retry-After: 1'
  | 'hang';

/** What somebody at the order desk wants done once. */
export interface Operation {
  readonly id: number;
  readonly method: 'GET' | 'PUT' | 'DELETE' | 'POST' | 'PATCH';
  /** Whether the server would recognise a second copy by an idempotency key. */
  readonly keyed: boolean;
  readonly fault: Fault;
}

const METHODS: readonly (readonly [method: Operation['method'], count: number, keyed: boolean])[] = [
  ['GET', 24, false],
  ['PUT', 20, false],
  ['DELETE', 12, false],
  ['POST', 20, false],
  ['POST', 14, true],
  ['PATCH', 10, false],
];

// Half of the operations meet no fault: an ordinary day with an outage in it.
const FAULTS: readonly Fault[] = [
  'none',
  'refused',
  'none',
  'reset before processing',
  'none',
  'reset after processing',
  'none',
  '502 after processing',
  'none',
  '503, Retry-After: 1',
  'none',
  'hang',
];

/** Whether a second copy does no harm, so that nobody need lose it. */
export function isRepeatable({ method, keyed }: Operation): boolean {
  return keyed || (method !== 'POST' && method !== 'PATCH');
}

/** A hundred operations, the same on every run: each method meets each fault. */
export function makePlan(): Operation[] {
  return METHODS.flatMap(([method, count, keyed]) => Array.from({ length: count }, () => ({ method, keyed }))).map(
    (operation, index) => ({ ...operation, id: index + 1, fault: FAULTS[index % FAULTS.length] ?? 'none' }),
  );
}
