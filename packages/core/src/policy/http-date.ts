const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';

/** The three forms that a recipient must accept (RFC 9110 section 5.6.7). The last one is in UTC although it does not say so. */
const FORMS = [
  new RegExp(`^${DAY}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^${LONG_DAY}, (?<day>\\d\\d)-${MONTH}-(?<shortYear>\\d\\d) ${TIME} GMT$`),
  new RegExp(`^${DAY} ${MONTH} (?<day>\\d\\d| \\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * Reads an HTTP-date. `Date.parse` is no help: it takes the asctime form for local time, and numbers for years.
 *
 * @param nowEpochMs - The present, in milliseconds since 1970: a year of two digits is near it.
 * @returns Milliseconds since 1970, or undefined if it is no HTTP-date.
 */
export function parseHttpDate(value: string, nowEpochMs: number): number | undefined {
  for (const form of FORMS) {
    const fields = form.exec(value)?.groups;
    if (fields) return toEpochMs(fields, nowEpochMs);
  }
  return undefined;
}

function toEpochMs(fields: Record<string, string | undefined>, nowEpochMs: number): number | undefined {
  const number = (name: string): number => Number(fields[name]);
  const month = MONTHS.indexOf(fields['month'] ?? '');
  const year = fields['shortYear'] === undefined ? number('year') : fullYear(number('shortYear'), nowEpochMs);
  const [day, hour, minute, second] = ['day', 'hour', 'minute', 'second'].map(number) as [number, number, number, number];
  // A leap second counts as the first second of the next minute.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return undefined;
  return date.setUTCHours(hour, minute, second);
}

/** A year that looks more than 50 years away is the last one that ended in these digits (RFC 9110 section 5.6.7). */
function fullYear(digits: number, nowEpochMs: number): number {
  const thisYear = new Date(nowEpochMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + digits;
  return year > thisYear + 50 ? year - 100 : year;
}
