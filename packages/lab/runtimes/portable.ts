import { hang, type ReceivedRequest, status, truncate } from '@twicesafe/testing';
import type { CHECKS } from './checks.ts';
import type { Scenario } from './scenarios.ts';

type Portable = Pick<Scenario, 'acts'> & {
  /** Whether the requests that arrived are as they must be. */
  readonly holds: (requests: readonly ReceivedRequest[]) => boolean;
};

const later = (field: string, value: string) => status(503, { headers: { [field]: value } });
const count = (times: number) => (requests: readonly ReceivedRequest[]) => requests.length === times;

/** Makes a condition: this many requests arrived, and a property was the same in all of them. */
function same(times: number, of: (request: ReceivedRequest) => unknown): Portable['holds'] {
  return (requests) => requests.length === times && new Set(requests.map(of)).size === 1;
}

/** The origin's side of the small contract. */
const PORTABLE: Readonly<Record<keyof typeof CHECKS, Portable>> = {
  'never earlier than asked': { acts: [later('retry-after-ms', '200')], holds: count(2) },
  'thirty days': { acts: [later('retry-after', '2592000')], holds: count(1) },
  'deadline too near': { acts: [later('retry-after', '30')], holds: count(1) },
  'abort in the wait': { acts: [later('retry-after', '30')], holds: count(1) },
  'abort in flight': { acts: [hang()], holds: count(1) },
  'attempt timeout': { acts: [hang()], holds: count(2) },
  'one key on every attempt': {
    acts: [status(503), status(503)],
    holds: same(3, ({ headers, text }) => `${headers['idempotency-key']} ${text}`),
  },
  'one form on every attempt': {
    acts: [status(503)],
    holds: same(2, ({ headers, text }) => `${headers['content-type']} ${text}`),
  },
  'an answer that breaks off, buffered': { acts: [truncate()], holds: count(2) },
};

/** Makes a scenario for each check of the small contract. */
export function portableScenarios(): Scenario[] {
  return Object.entries(PORTABLE).map(([name, { acts, holds }]) => ({
    name,
    check: name as keyof typeof CHECKS,
    method: 'any',
    place: 'origin',
    acts,
    streams: [],
    holds,
  }));
}
