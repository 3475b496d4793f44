import type { KeyScheme } from '../scheme.ts';
import { checkKey, quotedKey } from './check-key.ts';
import type { StoredIntent } from './intent.ts';

/** A new key and the headers that carry it, as the columns of a row. */
export interface NewKey {
  readonly key: string;
  /** A JSON list of names and values. */
  readonly headers: string;
}

/**
 * Makes a new key for a stored intent. The header that carries the old key gets the new one in the same form.
 *
 * @param scheme - The scheme of the outbox. Undefined in the command, which doesn't know it.
 * @throws {Error} If it isn't clear which header carries the key, because a new request with the old key would get a
 *   replay.
 */
export function newKeyOf({ id, key: old, headers, windowMs }: StoredIntent, scheme: KeyScheme | undefined): NewKey {
  const made = scheme?.generate?.() ?? crypto.randomUUID();
  if (windowMs === 0) return { key: made, headers: JSON.stringify(headers) };
  const key = scheme ? checkKey(made, scheme) : made;
  const carriers = headers.filter(([, value]) => value === old || value === quotedKey(old)).map(([name]) => name);
  const carrier = carriers.length === 1 ? carriers[0] : carriers.find((name) => name === scheme?.header.toLowerCase());
  if (carrier === undefined)
    throw new Error(
      `it isn't clear which header of intent ${id} carries its key: resolve it where its scheme is known`,
    );
  const renewed = headers.map(([name, value]) =>
    name === carrier ? [name, value === old ? key : quotedKey(key)] : [name, value],
  );
  return { key, headers: JSON.stringify(renewed) };
}
