/** What goes wrong with the first request of an operation. */
export type Fault =
  | 'none'
  | 'refused'
  | 'reset before processing'
  | 'reset after processing'
  | '502 after processing'
  | '503, Retry-After: 1'
  | 'hang';

/** A change or a read that the order desk wants done once. */
export interface Operation {
  readonly id: number;
  readonly method: 'GET' | 'PUT' | 'DELETE' | 'POST' | 'PATCH';
  readonly fault: Fault;
}

const METHODS: readonly (readonly [method: Operation['method'], count: number])[] = [
  ['GET', 24],
  ['PUT', 20],
  ['DELETE', 12],
  ['POST', 32],
  ['PATCH', 12],
];

// Half of the operations meet a fault, as during an outage.
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

/** Whether the method alone makes a duplicate harmless. */
export function isRepeatable({ method }: Operation): boolean {
  return method !== 'POST' && method !== 'PATCH';
}

/** One hundred operations, the same on every run. Each method meets each fault. */
export function makePlan(): Operation[] {
  return METHODS.flatMap(([method, count]) => Array<Operation['method']>(count).fill(method)).map((method, index) => ({
    method,
    id: index + 1,
    fault: FAULTS[index % FAULTS.length] ?? 'none',
  }));
}
