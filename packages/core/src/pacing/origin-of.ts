/** A URL whose origin can be read directly, because the URL Standard leaves its authority unchanged. */
const PLAIN = /^(https?:\/\/[a-z\d][a-z\d-]*(?:\.[a-z\d-]+)*\.[a-z]{2,})\//;

/** The origin whose budget and gate a request counts for. All invalid URLs share one, because those requests fail anyway. */
export function originOf(url: string): string {
  const plain = PLAIN.exec(url)?.[1];
  if (plain !== undefined) return plain;
  try {
    return new URL(url).origin;
  } catch {
    return '';
  }
}
