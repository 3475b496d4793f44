const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_NAME = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY_NAME = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';

/**
 * The three forms that a recipient must accept (RFC 9110 section 5.6.7). The last is in UTC, although it does not say
 * so.
 */
const FORMS = [
  new RegExp(`^${DAY_NAME}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^${LONG_DAY_NAME}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`),
  new RegExp(`^${DAY_NAME} ${MONTH} (?<day>\\d\\d| \\d) ${TIME} (?<year>\\d{4})$`),
];

type Fields = Readonly<Record<'day' | 'month' | 'year' | 'hour' | 'minute' | 'second', string>>;

/**
 * Parses an HTTP-date (RFC 9110 section 5.6.7). It is case-sensitive and rejects days that don't exist. The day name is
 * ignored. `Date.parse` doesn't work here, because it reads the asctime form as local time, and numbers as years.
 *
 * @param nowEpochMs - The present, in milliseconds since 1970: a year of two digits is near it.
 * @returns Milliseconds since 1970, or undefined if it isn't an HTTP-date.
 */
export function parseHttpDate(value: string, nowEpochMs: number): number | undefined {
  for (const form of FORMS) {
    const fields = form.exec(value)?.groups as Fields | undefined;
    if (fields) return fields.year.length > 2 ? toEpochMs(fields, Number(fields.year)) : nearest(fields, nowEpochMs);
  }
  return undefined;
}

/** What looks more than 50 years ahead is in the last year that ended in these digits (RFC 9110 section 5.6.7). */
function nearest(fields: Fields, nowEpochMs: number): number | undefined {
  const latest = dateAt(nowEpochMs);
  latest.setUTCFullYear(latest.getUTCFullYear() + 50);
  const latestYear = latest.getUTCFullYear();
  const year = latestYear - ((latestYear - Number(fields.year)) % 100);
  const epochMs = toEpochMs(fields, year);
  return epochMs !== undefined && epochMs > latest.getTime() ? toEpochMs(fields, year - 100) : epochMs;
}

function toEpochMs({ day, month, hour, minute, second }: Fields, year: number): number | undefined {
  const date = dateAt(0);
  date.setUTCFullYear(year, MONTHS.indexOf(month), Number(day));
  // Where the month has no such day, the date has moved on to another one: 31 Feb is 3 Mar by now.
  if (date.getUTCDate() !== Number(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) {
    return undefined;
  }
  // Second 60 is a leap second (RFC 9110 section 5.6.7); here it is the first of the next minute.
  return date.setUTCHours(Number(hour), Number(minute), Number(second));
}

// biome-ignore lint/style/noRestrictedGlobals: a given time and the calendar's arithmetic, not the clock
const dateAt = (epochMs: number) => new Date(epochMs);
