/** The name of an outbox that was opened without one, and of every intent from before outboxes had names. */
export const DEFAULT_NAME = 'default';

const NAME = /^[\w-]{1,60}$/;

/**
 * Returns the name if an outbox can have it.
 *
 * @throws {TypeError} If it is not 1 to 60 letters, digits, `-` or `_`.
 */
export function checkOutboxName(name: unknown): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw new TypeError(`the name of an outbox must be 1 to 60 letters, digits, - or _, not ${String(name)}`);
}

/**
 * Returns an intent's name or group as the row stores it. The columns are unique in the table, so the text of a named
 * outbox starts with the outbox's name.
 */
export function storedText(outbox: string, text: string | null): string | null {
  return text === null || outbox === DEFAULT_NAME ? text : `${outbox}:${text}`;
}

/** Returns an intent's name or group without the name of its outbox. */
export function shownText(outbox: string, text: string | undefined): string | undefined {
  return text === undefined || outbox === DEFAULT_NAME ? text : text.slice(outbox.length + 1);
}
