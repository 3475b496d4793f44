import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { parseHttpDate } from '../../src/pacing/http-date.ts';

const NOW = Date.UTC(2026, 10, 23, 12, 30, 15);
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', EXAMPLE],
  ['Sunday, 06-Nov-94 08:49:37 GMT', EXAMPLE],
  ['Sun Nov  6 08:49:37 1994', EXAMPLE],
  ['Sun Nov 06 08:49:37 1994', EXAMPLE],
  ['Wed Nov 16 08:49:37 1994', Date.UTC(1994, 10, 16, 8, 49, 37)],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Sat, 29 Feb 2020 23:59:59 GMT', Date.UTC(2020, 1, 29, 23, 59, 59)],
  ['Tue, 29 Feb 2000 00:00:00 GMT', Date.UTC(2000, 1, 29)],
  ['Fri, 31 Dec 9999 23:59:59 GMT', Date.UTC(9999, 11, 31, 23, 59, 59)],
])('%j is an HTTP-date', (value, epochMs) => {
  expect(parseHttpDate(value, NOW)).toBe(epochMs);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each(['America/New_York', 'Asia/Kolkata', 'Pacific/Apia'])('a clock in %s reads the same time', (zone) => {
  vi.stubEnv('TZ', zone);

  // Else the test would show nothing.
  expect(new Date(EXAMPLE).getTimezoneOffset()).not.toBe(0);
  expect(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT', NOW)).toBe(EXAMPLE);
  expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', NOW)).toBe(EXAMPLE);
  expect(parseHttpDate('Sun Nov  6 08:49:37 1994', NOW)).toBe(EXAMPLE);
});

test.each(['Sat, 31 Dec 2016 23:59:60 GMT', 'Saturday, 31-Dec-16 23:59:60 GMT', 'Sat Dec 31 23:59:60 2016'])(
  'the leap second in %j is the first second of the next minute',
  (value) => {
    expect(parseHttpDate(value, NOW)).toBe(Date.UTC(2017, 0, 1));
  },
);

test.each(['Mon, 06 Nov 1994 08:49:37 GMT', 'Friday, 06-Nov-94 08:49:37 GMT', 'Tue Nov  6 08:49:37 1994'])(
  'the wrong day name of %j does not matter',
  (value) => {
    expect(parseHttpDate(value, NOW)).toBe(EXAMPLE);
  },
);

test('a year of less than four significant digits is not moved to another century', () => {
  expect(parseHttpDate('Sun, 06 Nov 0094 08:49:37 GMT', NOW)).toBe(new Date(EXAMPLE).setUTCFullYear(94));
});

test.each([
  // Not one of the three forms.
  '',
  '0',
  '5',
  '120',
  '-1',
  '1994-11-06T08:49:37Z',
  'Sun, 06 Nov 1994',
  '06 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nov 1994 08:49:37 UTC',
  'Sun, 06 Nov 1994 08:49:37 +0000',
  'Sun, 06 Nov 1994 08:49:37 GMT ',
  ' Sun, 06 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 GMT\n',
  'x\nSun, 06 Nov 1994 08:49:37 GMT',
  'Sun,  06 Nov 1994 08:49:37 GMT',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'Sun,  6 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 94 08:49:37 GMT',
  'Sun, 06 Nov 19940 08:49:37 GMT',
  'Sun, 06 Nov 1994 8:49:37 GMT',
  'Sun, 06 Nov 1994 08:49 GMT',
  'Sun, 06 Nov 1994 08:49:37.5 GMT',
  'Sun, 06 November 1994 08:49:37 GMT',
  'Sun 06 Nov 1994 08:49:37 GMT',
  'Sun, 06-Nov-94 08:49:37 GMT',
  'Sunday, 06 Nov 1994 08:49:37 GMT',
  'Sunday, 06-Nov-1994 08:49:37 GMT',
  'Sunday, 6-Nov-94 08:49:37 GMT',
  'Sunday Nov  6 08:49:37 1994',
  'Sun Nov 6 08:49:37 1994',
  'Sun Nov  06 08:49:37 1994',
  'Sun Nov  6 08:49:37 94',
  'Sun Nov  6 08:49:37 1994 GMT',
  'Sun, Nov  6 08:49:37 1994',
  // Case matters, and so do the names.
  'sun, 06 Nov 1994 08:49:37 GMT',
  'Sun, 06 nov 1994 08:49:37 GMT',
  'SUN, 06 NOV 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 gmt',
  'Son, 06 Nov 1994 08:49:37 GMT',
  'Tues, 06 Nov 1994 08:49:37 GMT',
  'Tueday, 06-Nov-94 08:49:37 GMT',
  'Sun, 06 Okt 1994 08:49:37 GMT',
  // Nothing that a calendar or a clock shows.
  'Sun, 31 Feb 1994 08:49:37 GMT',
  'Sun, 30 Feb 2020 08:49:37 GMT',
  'Sun, 29 Feb 1994 08:49:37 GMT',
  'Sun, 29 Feb 2100 08:49:37 GMT',
  'Sun, 31 Apr 1994 08:49:37 GMT',
  'Sun, 31 Nov 1994 08:49:37 GMT',
  'Sun, 32 Dec 1994 08:49:37 GMT',
  'Sun, 99 Dec 1994 08:49:37 GMT',
  'Sun, 00 Nov 1994 08:49:37 GMT',
  'Sun Nov  0 08:49:37 1994',
  'Sunday, 31-Feb-94 08:49:37 GMT',
  'Sun Feb 30 08:49:37 1994',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun, 06 Nov 1994 99:00:00 GMT',
  'Sun, 06 Nov 1994 08:60:37 GMT',
  'Sun, 06 Nov 1994 08:49:61 GMT',
])('%j is no HTTP-date', (value) => {
  expect(parseHttpDate(value, NOW)).toBeUndefined();
});

test.each([
  { now: NOW, value: 'Monday, 23-Nov-26 12:30:15 GMT', year: 2026 },
  { now: NOW, value: 'Monday, 23-Nov-00 12:30:15 GMT', year: 2000 },
  { now: NOW, value: 'Monday, 23-Nov-60 12:30:15 GMT', year: 2060 },
  { now: NOW, value: 'Monday, 23-Nov-75 12:30:15 GMT', year: 2075 },
  { now: NOW, value: 'Monday, 23-Nov-76 12:30:15 GMT', year: 2076, name: 'exactly 50 years ahead' },
  { now: NOW, value: 'Monday, 23-Nov-76 12:30:16 GMT', year: 1976, name: 'a second more' },
  { now: NOW, value: 'Monday, 23-Dec-76 12:30:15 GMT', year: 1976, name: 'a month more' },
  { now: NOW, value: 'Monday, 23-Nov-77 12:30:15 GMT', year: 1977 },
  { now: NOW, value: 'Monday, 23-Nov-99 12:30:15 GMT', year: 1999 },
  { now: Date.UTC(2099, 11, 31), value: 'Monday, 23-Nov-05 12:30:15 GMT', year: 2105, name: 'the turn of a century' },
  { now: Date.UTC(1999, 11, 31), value: 'Monday, 23-Nov-49 12:30:15 GMT', year: 2049 },
  { now: Date.UTC(1999, 11, 31), value: 'Monday, 23-Nov-50 12:30:15 GMT', year: 1950 },
])('a two-digit year is at most 50 years ahead: $value is in $year', ({ now, value, year }) => {
  const epochMs = parseHttpDate(value, now);

  expect(new Date(epochMs ?? Number.NaN).getUTCFullYear()).toBe(year);
});

const seconds = (fromYear: number, toYear: number): fc.Arbitrary<number> =>
  fc.integer({ min: Date.UTC(fromYear, 0) / 1000, max: Date.UTC(toYear, 0) / 1000 - 1 }).map((second) => second * 1000);

function partsOf(epochMs: number) {
  const date = new Date(epochMs);
  return {
    day: DAYS[date.getUTCDay()] ?? '',
    month: MONTHS[date.getUTCMonth()] ?? '',
    date: date.getUTCDate(),
    year: date.getUTCFullYear(),
    time: date.toISOString().slice(11, 19),
  };
}

test('parses every second of eight thousand years in the current format', () => {
  fc.assert(
    fc.property(seconds(1900, 9999), (epochMs) => {
      expect(parseHttpDate(new Date(epochMs).toUTCString(), NOW)).toBe(epochMs);
    }),
  );
});

test('every second is read back from the asctime form, in UTC', () => {
  fc.assert(
    fc.property(seconds(1900, 9999), (epochMs) => {
      const { day, month, date, year, time } = partsOf(epochMs);

      expect(parseHttpDate(`${day.slice(0, 3)} ${month} ${String(date).padStart(2)} ${time} ${year}`, NOW)).toBe(
        epochMs,
      );
    }),
  );
});

test('parses every second within fifty years in the two-digit format', () => {
  fc.assert(
    fc.property(seconds(1971, 2200), fc.integer({ min: -49 * 365, max: 49 * 365 }), (now, days) => {
      const epochMs = now + days * 86_400_000;
      const { day, month, date, year, time } = partsOf(epochMs);
      const two = (number: number): string => String(number % 100).padStart(2, '0');

      expect(parseHttpDate(`${day}, ${two(date)}-${month}-${two(year)} ${time} GMT`, now)).toBe(epochMs);
    }),
  );
});

test('an invalid current time invalidates two-digit years only', () => {
  expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', Number.NaN)).toBeUndefined();
  expect(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT', Number.NaN)).toBe(EXAMPLE);
});
