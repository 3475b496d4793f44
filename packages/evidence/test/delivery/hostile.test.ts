import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeliveryOptions, deliveryOf } from '../../src/delivery/delivery-of.ts';
import type { Runtime } from '../../src/delivery/detect-runtime.ts';
import { failureKindOf } from '../../src/delivery/failure-kind-of.ts';
import { connectFailure } from './failures.ts';

const runtimes: readonly Runtime[] = ['node', 'bun', 'deno', 'workerd', 'chromium', 'firefox', 'safari', 'unknown'];

function cyclic(): Error {
  const error = new Error('a');
  error.cause = new Error('b', { cause: error });
  return error;
}

function endless(): unknown {
  return new Proxy({}, { get: (_target, property) => (property === 'cause' ? endless() : undefined) });
}

function cyclicAggregate(): AggregateError {
  const error = new AggregateError([]);
  error.errors.push(error, error, error);
  return error;
}

const throwing: ProxyHandler<object> = {
  get() {
    throw new Error('no');
  },
};
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const lyingLength = new Proxy([], { get: (_target, property) => (property === 'length' ? 1e12 : connectFailure()) });

test.each<[string, unknown]>([
  ['a cycle of causes', cyclic()],
  ['causes without end', endless()],
  ['an AggregateError that contains itself', cyclicAggregate()],
  [
    'a getter that throws',
    {
      name: 'TypeError',
      syscall: 'connect',
      get cause() {
        throw new Error('no');
      },
    },
  ],
  ['a proxy that throws', new Proxy({}, throwing)],
  ['a cause that throws', new TypeError('fetch failed', { cause: new Proxy({}, throwing) })],
  ['a revoked proxy', revoked.proxy],
  ['a huge AggregateError', { errors: new Array(2 ** 32 - 1) }],
  ['an AggregateError that lies about its size', { errors: lyingLength }],
  ['fields that are no strings', { code: { toString: () => 'UND_ERR_CONNECT_TIMEOUT' }, syscall: ['connect'] }],
  [
    'a code that becomes a string by throwing',
    {
      code: {
        toString() {
          throw new Error('no');
        },
      },
    },
  ],
  ['a function', Object.assign(() => {}, { syscall: 'connect' })],
  ['a symbol', Symbol('x')],
])('%s proves nothing and breaks nothing', (_title, error) => {
  for (const runtime of runtimes) {
    expect(deliveryOf(error, { runtime, method: 'POST' })).toBe('unknown');
    expect(failureKindOf(error, runtime)).toBe('network');
  }
});

test('a proof below many causes is found, and one below too many is not', () => {
  const below = (depth: number): unknown =>
    Array.from({ length: depth }).reduce((cause) => new Error('', { cause }), connectFailure());

  expect(deliveryOf(below(20), { runtime: 'node' })).toBe('never-sent');
  expect(deliveryOf(below(200), { runtime: 'node' })).toBe('unknown');
});

const options: fc.Arbitrary<DeliveryOptions> = fc.record({
  runtime: fc.constantFrom(...runtimes),
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'PUT'),
  redirected: fc.boolean(),
  streamBody: fc.boolean(),
});

test('deliveryOf takes anything and does not throw', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), options, (error, how) => {
      expect(['never-sent', 'refused', 'unknown']).toContain(deliveryOf(error, how));
      expect(['network', 'programmer-error', 'certificate', 'permanent']).toContain(failureKindOf(error, how.runtime));
    }),
  );
});

// Codes and words close to the tables, and none that is in them.
const word = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'ECONNRESET',
    'EPIPE',
    'EPROTO',
    'UND_ERR_SOCKET',
    'UND_ERR_INFO',
    'UND_ERR_CONNECT',
    'ERR_HTTP2_STREAM_ERROR',
    'CERT',
    'connection',
    'read',
    'write',
    'getaddrinfo ENOTFOUND',
    'fetch failed',
    'socket hang up',
    'Connect Timeout Error',
    'client error (SendRequest): x',
    'Proxy response (200)',
    'other side closed',
  ),
);
const fields = { name: word, message: word, code: word, syscall: word, errno: fc.integer() };
const { shape } = fc.letrec((tie) => ({
  shape: fc.record(
    {
      ...fields,
      cause: fc.oneof({ depthSize: 'small' }, fc.constant(undefined), tie('shape')),
      errors: fc.oneof(fc.constant(undefined), fc.array(tie('shape'), { maxLength: 3 })),
    },
    { requiredKeys: [] },
  ),
}));

test('everything outside the tables is unknown', () => {
  fc.assert(
    fc.property(shape, options, (error, how) => {
      expect(deliveryOf(error, how)).toBe('unknown');
    }),
    { numRuns: 2000 },
  );
});

test('a redirect and a foreign runtime leave nothing proved', () => {
  fc.assert(
    fc.property(options, fc.constantFrom('connect', 'getaddrinfo'), (how, syscall) => {
      expect(deliveryOf({ syscall }, { ...how, redirected: true })).toBe('unknown');
      expect(deliveryOf({ syscall }, { ...how, runtime: 'unknown' })).toBe('unknown');
    }),
  );
});
