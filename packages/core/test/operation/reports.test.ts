import { expect, test } from 'vitest';
import { explain } from '../../src/operation/explain.ts';
import { reportOf } from '../../src/operation/reports.ts';
import { play, stage } from '../support/stage.ts';

test.each([new Response(), 'text', undefined, null, 7, {}, new Error('mine')])(
  'an object that no wrapped client returned has no report: %s',
  (value) => {
    expect(reportOf(value)).toBeUndefined();
  },
);

test('an object that ends two operations has the last report, even if frozen', () => {
  for (const reason of [new Error('mine'), Object.freeze(new Error('mine'))]) {
    for (const method of ['GET', 'PUT']) stage([], { method }).operation.settle(reason);

    expect(reportOf(reason)).toMatchObject({ method: 'PUT' });
  }
});

test.each<[string, (settled: unknown) => unknown]>([
  ['a cause', (cause) => new Error('wrapped', { cause })],
  ['a response', (response) => Object.assign(new Error('HTTP 500'), { response })],
  ['an error', (error) => ({ error })],
  ['a detail', (detail) => new CustomEvent('failed', { detail })],
  ['a raw response', (raw) => ({ raw })],
  ['headers', (headers) => ({ headers })],
  ['a context', (context) => ({ context })],
  ['a cause of a response of an error', (cause) => ({ error: { response: new Error('', { cause }) } })],
  ['a cause beside a hostile getter', (cause) => Object.defineProperty({ cause }, 'response', { get: thrower })],
  ['a member of a function', (cause) => Object.assign(() => 1, { cause })],
])('the report is found through %s', async (_, wrap) => {
  const { error, report } = await play([{ fails: 'unknown' }], { method: 'POST' });

  expect(reportOf(wrap(error))).toEqual(report);
  expect(explain(wrap(error))).toBe(explain(report));
});

function thrower(): never {
  throw new Error('no');
}

test('the nearest report is found', async () => {
  const [inner, outer] = [await play([{ status: 200 }]), await play([{ fails: 'unknown' }], { method: 'POST' })];

  expect(reportOf({ response: inner.response, cause: { cause: outer.error } })).toEqual(inner.report);
  expect(reportOf({ response: { response: inner.response }, error: outer.error })).toEqual(outer.report);
});

test('eight links are followed, and no more', async () => {
  const { error, report } = await play([{ fails: 'unknown' }], { method: 'POST' });
  const below = (depth: number): unknown => Array.from({ length: depth }).reduce((cause) => ({ cause }), error);

  expect(reportOf(below(8))).toEqual(report);
  expect(reportOf(below(9))).toBeUndefined();
});

test('links that lead in a circle, or without end, end', () => {
  const circle: { cause?: unknown } = {};
  circle.cause = { response: circle };
  const endless = (): object => new Proxy({}, { get: () => endless(), has: thrower, getPrototypeOf: thrower });

  expect(reportOf(circle)).toBeUndefined();
  expect(
    reportOf({
      get cause() {
        return {
          get cause() {
            return thrower();
          },
        };
      },
    }),
  ).toBeUndefined();
  expect(reportOf(new Proxy({}, { get: thrower }))).toBeUndefined();
  expect(() => reportOf({ cause: endless() })).not.toThrow();
});

test('of a deep mock, with an object behind every member, a thousand are looked at', () => {
  let made = 0;
  const mock = (): object => {
    made++;
    return new Proxy({}, { get: mock });
  };

  expect(reportOf(mock())).toBeUndefined();
  expect(made).toBeLessThan(10_000);
});

test('each object is looked at once', () => {
  let reads = 0;
  const knot = {
    get cause() {
      reads++;
      return this;
    },
    get response() {
      return this;
    },
  };

  expect(reportOf(knot)).toBeUndefined();
  expect(reads).toBe(1);
});

/** The same module once more, as if two versions of the package were installed. */
const secondCopy = async (path: string): Promise<Readonly<Record<'reportOf' | 'rememberReport', unknown>>> =>
  await import(/* @vite-ignore */ `${path}?copy=2`);

test('a report of one copy of the package is found by the other', async () => {
  const copy = await secondCopy('../../src/operation/reports.ts');
  const { response, report } = await play([{ status: 200 }]);

  expect(copy.reportOf).not.toBe(reportOf);
  expect((copy.reportOf as typeof reportOf)(response)).toEqual(report);
});

test('the private field of one copy is set by the other', async () => {
  const copy = await secondCopy('../../src/operation/reports.ts');
  const settled = new Error('mine');
  (copy.rememberReport as (settled: unknown, reporter: object) => void)(settled, { report: () => 'theirs' });

  expect(reportOf(settled)).toBe('theirs');
});

test('reads a report on demand, so that a later confirmation counts', async () => {
  const { operation, error } = await play([{ fails: 'unknown' }], { method: 'POST' });
  expect(reportOf(error)?.effect).toBe('maybe-applied');

  operation.confirm('applied');

  expect(reportOf(error)).toMatchObject({ effect: 'applied', effectReason: 'confirmed' });
});
