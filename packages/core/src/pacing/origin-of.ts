/** A URL whose origin can be read directly, because the URL Standard leaves its authority unchanged. */
const PLAIN = /^(https?:\/\/[a-z\d][a-z\d-]*(?:\.[a-z\d-]+)*\.[a-z]{2,})\//;

/**
 * Returns the origin whose budget and gate a request counts for. All invalid URLs share one, because those requests
 * fail anyway.
 *
 * @example
 * originOf('https://api.example/orders?page=2'); // 'https://api.example'
 * originOf('http://127.0.0.1:8080/orders'); // 'http://127.0.0.1:8080'
 * originOf('/orders'); // ''
 */
export function originOf(url: string): string {
  const plain = PLAIN.exec(url)?.[1];
  if (plain !== undefined) return plain;
  try {
    return new URL(url).origin;
  } catch {
    return '';
  }
}
