import {
  type Act,
  closeAfterReading,
  processThenClose,
  processThenReset,
  type ReceivedRequest,
  redirect,
  resetAfterReading,
  resetBeforeReading,
  resetOnAccept,
  type StreamAct,
  status,
  truncate,
} from '@twicesafe/testing';
import type { CHECKS } from './checks.ts';
import { portableScenarios } from './portable.ts';

/** Where a request goes: to the origin, to a closed port, over TLS, by TLS to an origin that speaks none, by HTTP/2. */
export type Place = 'origin' | 'closed' | 'secure' | 'plaintext' | 'http2';

/** One operation to try in a runtime, and what the origin does with its first requests. */
export interface Scenario {
  readonly name: string;
  readonly method: string;
  readonly place: Place;
  readonly acts: readonly Act[];
  readonly streams: readonly StreamAct[];
  /** One of the contract in small, instead of a plain request. */
  readonly check?: keyof typeof CHECKS;
  /** What must be true of the requests that arrived, of a check. */
  readonly holds?: (requests: readonly ReceivedRequest[]) => boolean;
}

type Fault = Pick<Scenario, 'name' | 'place'> & Partial<Pick<Scenario, 'acts' | 'streams'>>;

const METHODS = ['GET', 'PUT', 'POST'];

const OVER_TLS: readonly Fault[] = [
  { name: 'TLS, reset on accept', place: 'secure', acts: [resetOnAccept()] },
  { name: 'TLS, reset before processing', place: 'secure', acts: [resetAfterReading()] },
  { name: 'TLS, reset after processing', place: 'secure', acts: [processThenReset()] },
  { name: 'TLS, close after processing', place: 'secure', acts: [processThenClose()] },
  { name: 'TLS to an origin that speaks none', place: 'plaintext' },
  {
    name: 'HTTP/2, REFUSED_STREAM',
    place: 'http2',
    streams: [{ does: 'reset', code: 'REFUSED_STREAM', processed: false }],
  },
  {
    name: 'HTTP/2, INTERNAL_ERROR after processing',
    place: 'http2',
    streams: [{ does: 'reset', code: 'INTERNAL_ERROR', processed: true }],
  },
  { name: 'HTTP/2, cut after processing', place: 'http2', streams: [{ does: 'drop' }] },
  { name: 'HTTP/2, a GOAWAY below the stream', place: 'http2', streams: [{ does: 'go-away' }] },
];

/**
 * Every method with every fault, and the contract in small. `closed` is a URL at which nobody listens. A browser's page
 * has no leave to speak to other origins than its own, so TLS is left out there.
 */
export function scenariosFor(closed: string, overTls: boolean): Scenario[] {
  const faults: readonly Fault[] = [
    { name: '200', place: 'origin', acts: [status(200)] },
    { name: '503', place: 'origin', acts: [status(503)] },
    { name: '425', place: 'origin', acts: [status(425)] },
    { name: '422', place: 'origin', acts: [status(422)] },
    { name: 'closed port', place: 'closed' },
    { name: 'reset before the body is read', place: 'origin', acts: [resetBeforeReading()] },
    { name: 'reset before processing', place: 'origin', acts: [resetAfterReading()] },
    { name: 'reset after processing', place: 'origin', acts: [processThenReset()] },
    { name: 'close before processing', place: 'origin', acts: [closeAfterReading()] },
    { name: 'close after processing', place: 'origin', acts: [processThenClose()] },
    { name: 'answer that breaks off', place: 'origin', acts: [truncate()] },
    { name: 'redirect to a closed port', place: 'origin', acts: [redirect(307, closed)] },
    ...(overTls ? OVER_TLS : []),
  ];
  const matrix = METHODS.flatMap((method) => faults.map((fault) => ({ acts: [], streams: [], ...fault, method })));
  return [...matrix, ...portableScenarios()];
}
