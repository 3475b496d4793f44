import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pushbackOf } from '../../src/pacing/pushback.ts';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const SECOND = NOW / 1000;
const HUGE = Number.MAX_SAFE_INTEGER;

function pushback(fields: Record<string, string>): number | undefined {
  return pushbackOf(new Headers(fields), NOW);
}

function dateIn(seconds: number): string {
  return new Date(NOW + seconds * 1000).toUTCString();
}

test('a 429 means an exhausted quota, so a bare reset time counts', () => {
  const headers = new Headers({ 'x-ratelimit-reset': '30' });

  expect([429, 503, undefined].map((status) => pushbackOf(headers, NOW, status))).toEqual([
    30_000,
    undefined,
    undefined,
  ]);
});

test('a response without any of the fields asks for nothing', () => {
  expect(pushback({})).toBeUndefined();
  expect(pushback({ date: dateIn(0), age: '0', 'content-type': 'text/plain' })).toBeUndefined();
});

test.each([
  ['0', 0],
  ['2', 2000],
  ['007', 7000],
  ['120', 120_000],
  ['9999999', 9_999_999_000],
  [' 5 ', 5000],
  ['9'.repeat(16), HUGE],
  ['9'.repeat(400), HUGE],
  ['0'.repeat(400), 0],
])('Retry-After: %s is a number of seconds', (value, waitMs) => {
  // Not every HeadersLike trims as Headers does.
  expect(pushbackOf({ get: (name) => (name === 'retry-after' ? value : null) }, NOW)).toBe(waitMs);
});

test.each([
  '',
  ' ',
  ',',
  '-1',
  '+5',
  '1.5',
  '1e3',
  '0x10',
  '5s',
  '5 seconds',
  'five',
  'Infinity',
  'NaN',
  'null',
  '٥',
  '5;6',
  '2026-11-23T12:00:05Z',
  'Mon, 23 Nov 2026 12:00:05',
  'Mon, 31 Feb 2026 12:00:05 GMT',
  'Mon, 120',
])('Retry-After: %j is malformed, and as good as absent', (value) => {
  const headers = { get: (name: string) => (name === 'retry-after' ? value : null) };

  expect(pushbackOf(headers, NOW)).toBeUndefined();
});

test.each([
  { name: 'the form of today', value: 'Mon, 23 Nov 2026 12:00:30 GMT', waitMs: 30_000 },
  { name: 'the form with two digits', value: 'Monday, 23-Nov-26 12:00:30 GMT', waitMs: 30_000 },
  { name: 'the asctime form', value: 'Mon Nov 23 12:00:30 2026', waitMs: 30_000 },
  { name: 'a date that is over', value: 'Mon, 23 Nov 2026 11:59:30 GMT', waitMs: 0 },
])('Retry-After may be a date: $name', ({ value, waitMs }) => {
  expect(pushback({ 'retry-after': value })).toBe(waitMs);
});

test.each([
  { name: 'behind ours', date: dateIn(-3600), waitMs: 3_630_000 },
  { name: 'ahead of ours', date: dateIn(20), waitMs: 10_000 },
  { name: 'far ahead of ours', date: dateIn(3600), waitMs: 0 },
  { name: 'malformed', date: 'yesterday', waitMs: 30_000 },
  { name: 'in the asctime form', date: 'Mon Nov 23 12:00:20 2026', waitMs: 10_000 },
])('a date is measured against the clock of the server, here $name', ({ date, waitMs }) => {
  expect(pushback({ 'retry-after': dateIn(30), date })).toBe(waitMs);
});

test.each([
  { value: '2, 30', waitMs: 30_000 },
  { value: '30, 2', waitMs: 30_000 },
  { value: '30,2', waitMs: 30_000 },
  { value: '5, 5', waitMs: 5000 },
  { value: '5, soon', waitMs: 5000 },
  { value: 'soon, 5', waitMs: 5000 },
  { value: '-1, 5, 1.5', waitMs: 5000 },
  { value: `2, ${dateIn(30)}`, waitMs: 30_000 },
  { value: `${dateIn(30)}, 2`, waitMs: 30_000 },
  { value: `${dateIn(30)}, ${dateIn(60)}`, waitMs: 60_000 },
  { value: `${dateIn(30)}, Mon Nov 23 12:01:30 2026, Monday, 23-Nov-26 12:00:10 GMT`, waitMs: 90_000 },
  { value: `${'9'.repeat(400)}, ${'9'.repeat(500)}, 1`, waitMs: HUGE },
  { value: 'soon, later', waitMs: undefined },
])('of several values of Retry-After the longest wait counts: $value', ({ value, waitMs }) => {
  expect(pushback({ 'retry-after': value })).toBe(waitMs);
});

test.each(['retry-after-ms', 'x-ms-retry-after-ms'])('%s is in milliseconds, and finer than Retry-After', (field) => {
  expect(pushback({ [field]: '1500' })).toBe(1500);
  expect(pushback({ [field]: '0' })).toBe(0);
  expect(pushback({ [field]: '250', 'retry-after': '1' })).toBe(250);
  expect(pushback({ [field]: '250, 500' })).toBe(500);
  expect(pushback({ [field]: '9'.repeat(400) })).toBe(HUGE);
});

test.each(['', '-1', '1e3', '.5', '5.', '1.2.3', 'soon', dateIn(30)])(
  'a malformed retry-after-ms (%j) gives way to the next field',
  (value) => {
    expect(pushback({ 'retry-after-ms': value, 'x-ms-retry-after-ms': value, 'retry-after': '3' })).toBe(3000);
  },
);

test('a wait is rounded up to whole milliseconds, for a timer rounds down', () => {
  expect(pushback({ 'retry-after-ms': '0.1' })).toBe(1);
  expect(pushback({ 'retry-after-ms': '499.5' })).toBe(500);
});

test('the fields are asked in order, and each gives way when it is malformed', () => {
  const fields = [
    ['retry-after-ms', '1'],
    ['x-ms-retry-after-ms', '2'],
    ['retry-after', '3'],
    ['ratelimit', '"default";r=0;t=4'],
    ['ratelimit-reset', '5'],
    ['x-ratelimit-reset', '6'],
    ['x-rate-limit-reset', '7'],
  ] as const;
  const all = new Headers({ 'ratelimit-remaining': '0', 'x-ratelimit-remaining': '0', 'x-rate-limit-remaining': '0' });
  for (const [name, value] of fields) all.set(name, value);

  const waits = fields.map(([name]) => {
    const waitMs = pushbackOf(all, NOW);
    all.set(name, 'soon');
    return waitMs;
  });

  expect(waits).toEqual([1, 2, 3000, 4000, 5000, 6000, 7000]);
  expect(pushbackOf(all, NOW)).toBeUndefined();
});

const TRIPLES = [
  ['ratelimit-remaining', 'ratelimit-reset'],
  ['x-ratelimit-remaining', 'x-ratelimit-reset'],
  ['x-rate-limit-remaining', 'x-rate-limit-reset'],
] as const;

test.each(TRIPLES)('%s: 0 makes the time of %s a pushback, in each notation', (remaining, reset) => {
  const at = (value: string | number): number | undefined => pushback({ [remaining]: '0', [reset]: String(value) });

  expect(at(0)).toBe(0);
  expect(at(50)).toBe(50_000);
  expect(at('1.5')).toBe(1500);
  expect(at(999_999_999)).toBe(999_999_999_000);
  expect(at(1_000_000_000)).toBe(0);
  expect(at(SECOND + 50)).toBe(50_000);
  expect(at(`${SECOND + 50}.25`)).toBe(50_250);
  expect(at(SECOND - 50)).toBe(0);
  expect(at(999_999_999_999)).toBe(999_999_999_999_000 - NOW);
  expect(at(1_000_000_000_000)).toBe(0);
  expect(at(NOW + 50_000)).toBe(50_000);
  expect(at(NOW - 50_000)).toBe(0);
  expect(at('2026-11-23T12:00:50Z')).toBe(50_000);
  expect(at('2026-11-23T12:00:50.500Z')).toBe(50_500);
  expect(at('2026-11-23T13:00:50+01:00')).toBe(50_000);
  expect(at('2000-01-01T00:00:00Z')).toBe(0);
  expect(at('9'.repeat(400))).toBe(HUGE);
});

test.each([
  '',
  '-5',
  'soon',
  '1s',
  '5, 6',
  '2026-11-23',
  '2026-11-23T12:00:50',
  '2026-11-23 12:00:50Z',
  '2026-11-23T1Z',
  '2026-13-23T12:00:50Z',
  '2026-11-23T12:61:50Z',
  'Mon Nov 23 2026',
])('a reset of %j is malformed', (value) => {
  expect(pushback({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': value })).toBeUndefined();
});

test.each(['1', '50', '', '-1', 'none', '0, 0', '0.0'])('a reset with %j left asks for nothing', (left) => {
  for (const [remaining, reset] of TRIPLES) expect(pushback({ [remaining]: left, [reset]: '50' })).toBeUndefined();
});

test('a reset needs the remaining field of its own family', () => {
  expect(pushback({ 'x-ratelimit-reset': '50' })).toBeUndefined();
  expect(pushback({ 'ratelimit-remaining': '0', 'x-ratelimit-reset': '50' })).toBeUndefined();
  expect(pushback({ 'x-ratelimit-remaining': '0', 'x-rate-limit-reset': '50' })).toBeUndefined();
});

test('ignores spaces around a value', () => {
  const fields: Record<string, string> = { 'x-ratelimit-remaining': ' 0 ', 'x-ratelimit-reset': '\t50 ' };

  expect(pushbackOf({ get: (name) => fields[name] ?? null }, NOW)).toBe(50_000);
});

test("measures a reset time against the server's clock, and takes seconds as they are", () => {
  const fields = { 'x-ratelimit-remaining': '0', date: dateIn(20) };

  expect(pushback({ ...fields, 'x-ratelimit-reset': String(SECOND + 50) })).toBe(30_000);
  expect(pushback({ ...fields, 'x-ratelimit-reset': String(NOW + 50_000) })).toBe(30_000);
  expect(pushback({ ...fields, 'x-ratelimit-reset': '2026-11-23T12:00:50Z' })).toBe(30_000);
  expect(pushback({ ...fields, 'x-ratelimit-reset': '50' })).toBe(50_000);
});

test.each([
  { age: '1', waitMs: undefined },
  { age: '3600', waitMs: undefined },
  { age: '0', waitMs: 50_000 },
  { age: 'old', waitMs: 50_000 },
])('ignores the quota of a response that was cached for $age seconds', ({ age, waitMs }) => {
  expect(pushback({ age, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '50' })).toBe(waitMs);
  expect(pushback({ age, ratelimit: '"default";r=0;t=50' })).toBe(waitMs);
  expect(pushback({ age, 'retry-after': '50' })).toBe(50_000);
});

test.each([
  // Drafts 08 to 11: a list, one member for each policy.
  ['"default";r=0;t=30', 30_000],
  ['"default"; r=0; t=30', 30_000],
  ['"default";t=30;r=0', 30_000],
  ['"default";r=00;t=030', 30_000],
  ['"default";r=0;t=0', 0],
  ['"default";r=0;t=30;pk=:cHNzdA==:', 30_000],
  ['"default";r=0;t=30;a;b=?1;c=-1.5;d="x;r=5,y";e=token/1:*;f=@1659578233;g=%"f%c3%bc";*k=*', 30_000],
  ['"a, b; r=7";r=0;t=30', 30_000],
  ['"say \\"r=1\\" \\\\";r=0;t=30', 30_000],
  ['"";r=0;t=30', 30_000],
  ['"default";r=5;r=0;t=1;t=30', 30_000],
  ['"burst";r=0;t=5, "daily";r=0;t=3000', 3_000_000],
  ['"daily";r=0;t=3000 ,\t"burst";r=0;t=5', 3_000_000],
  ['"burst";r=0;t=5, "daily";r=90;t=3000', 5000],
  ['"burst";r=10;t=5, "daily";r=0;t=3000', 3_000_000],
  ['"burst";r=0, "daily";r=0;t=3000', 3_000_000],
  ['"burst";r=0;t=5, "daily";r=0', 5000],
  [`"default";r=0;t=${'9'.repeat(400)}`, HUGE],
  // Draft 07: a dictionary.
  ['limit=100, remaining=0, reset=5', 5000],
  ['limit=100,remaining=0,reset=5', 5000],
  ['reset=5, remaining=0', 5000],
  ['remaining=0, reset=5, limit=100;w=60', 5000],
  [`limit=100, remaining=0, reset=${'9'.repeat(400)}`, HUGE],
])('RateLimit: %s says when there is a new quota', (value, waitMs) => {
  expect(pushback({ ratelimit: value })).toBe(waitMs);
});

test.each([
  // Not used up, or no word on when.
  '"default";r=50;t=30',
  '"default";r=0',
  '"default";t=30',
  '"default"',
  '"default";r=0;r=5;t=30',
  '"default";r=-1;t=30',
  '"default";r=0.0;t=30',
  '"default";r="0";t=30',
  '"default";r=0;t=1.5',
  '"default";r=0;t=-30',
  '"burst";r=5;t=5, "daily";r=0',
  '"burst";r=0, "daily";t=5',
  'limit=100, remaining=50, reset=5',
  'limit=100, remaining=0',
  'reset=5',
  // Malformed: RFC 9651 has it that a fault anywhere is a fault of the whole field.
  '',
  'default;r=0;t=30',
  ';r=0;t=30',
  '"default" ;r=0;t=30',
  '"default";r=0;t=30,',
  ',"default";r=0;t=30',
  '"default";r=0;t=30 "daily"',
  '"default";r=0;t=30;',
  '"default";r=0;t=30;X=1',
  '"default";r=0;t=30;x=',
  '"default";r=0;t=30;x=~',
  '"default";r=0;t=30;x=a b',
  '"default;r=0;t=30',
  '"def"ault";r=0;t=30',
  '"d\\efault";r=0;t=30',
  '"d\u0080";r=0;t=30',
  '"d\\";r=0;t=30',
  '"default";r=0;t=30, limit=5',
  'limit=100, remaining=0, reset=5, "default"',
  'limit=100, remaining=0; reset=5',
  'limit 100, remaining=0, reset=5',
  '30',
])('RateLimit: %s asks for nothing', (value) => {
  expect(pushbackOf({ get: (name) => (name === 'ratelimit' ? value : null) }, NOW)).toBeUndefined();
});

test('a malformed RateLimit gives way to the fields of the earlier drafts', () => {
  const fields = { 'ratelimit-remaining': '0', 'ratelimit-reset': '50' };

  expect(pushback({ ...fields, ratelimit: '"default;r=0;t=30' })).toBe(50_000);
  expect(pushback({ ...fields, ratelimit: '"default";r=0;t=30' })).toBe(30_000);
});

const FIELDS = [
  'retry-after-ms',
  'x-ms-retry-after-ms',
  'retry-after',
  'ratelimit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'date',
  'age',
];
const PIECES = [
  '0',
  '1',
  '9'.repeat(400),
  '-',
  '.',
  'r=0',
  ';',
  't=',
  ',',
  ' ',
  '"',
  '\\',
  'GMT',
  dateIn(9),
  '2026-11-23T12:00:50Z',
];

test('a pushback is always a whole number of milliseconds', () => {
  const value = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
  );

  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...FIELDS), value, { noNullPrototype: true }), (fields) => {
      const waitMs = pushbackOf({ get: (name) => fields[name] ?? null }, NOW);

      expect(waitMs === undefined || (Number.isSafeInteger(waitMs) && waitMs >= 0)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('more digits never mean a shorter wait', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 600 }), (digit, length) => {
      const wait = (count: number): number => pushback({ 'retry-after': String(digit).repeat(count) }) ?? Number.NaN;

      expect(wait(length + 1)).toBeGreaterThanOrEqual(wait(length));
    }),
  );
});

test.each([
  ['a string without end', `"${'\\"'.repeat(50_000)}`],
  ['parameters without end', `"default"${';a=1'.repeat(20_000)};`],
  ['a list without end', `${'"a";r=0;t=1,'.repeat(20_000)}`],
  ['spaces without end', `"a"${' '.repeat(50_000)}x`],
  ['commas without end', ','.repeat(50_000)],
  ['names without end', 'Aaaa, '.repeat(10_000)],
])('a hostile value is read in no time: %s', (_, value) => {
  const start = performance.now();

  for (const name of FIELDS) pushbackOf({ get: (field) => (field === name ? value : null) }, NOW);

  expect(performance.now() - start).toBeLessThan(1000);
});
