/** What can happen to one request at the origin: whether it takes effect, and what comes back. */
export const FAULTS = {
  none: { label: 'answers', effect: true, status: 200 },
  lost: { label: 'does the work, and the answer is lost', effect: true, status: 0 },
  broken: { label: 'connection breaks before the work', effect: false, status: 0 },
  busy: { label: '503 before the work, Retry-After: 1', effect: false, status: 503 },
  half: { label: 'does the work, then answers 500', effect: true, status: 500 },
  refused: { label: '421: refuses the request', effect: false, status: 421 },
} as const;

/** The name of a fault. */
export type Fault = keyof typeof FAULTS;

export const CLIENTS = ['fetch', 'axios', 'ky'] as const;
export type ClientName = (typeof CLIENTS)[number];
export const METHODS = ['GET', 'PUT', 'DELETE', 'POST', 'PATCH'] as const;

/** What the reader chose. */
export interface Scenario {
  client: ClientName;
  method: (typeof METHODS)[number];
  key: boolean;
  /** For the first, second and third request. */
  faults: [Fault, Fault, Fault];
}

/** Reads a scenario from a URL's query. Anything unknown becomes the default. */
export function scenarioFrom(query: string): Scenario {
  const given = new URLSearchParams(query);
  const faults = (given.get('faults') ?? 'lost').split(',');
  const fault = (index: number): Fault => oneOf(Object.keys(FAULTS) as Fault[], faults[index], 'none');
  return {
    client: oneOf(CLIENTS, given.get('client'), 'fetch'),
    method: oneOf(METHODS, given.get('method'), 'POST'),
    key: given.get('key') === '1',
    faults: [fault(0), fault(1), fault(2)],
  };
}

/** Writes a scenario as a URL's query. */
export function queryOf({ client, method, key, faults }: Scenario): string {
  return `?${new URLSearchParams({ client, method, key: key ? '1' : '0', faults: faults.join(',') })}`;
}

function oneOf<Name extends string>(names: readonly Name[], given: string | null | undefined, otherwise: Name): Name {
  return names.find((name) => name === given) ?? otherwise;
}
