/** The origin whose budget and gate a request counts for. All invalid URLs share one; those requests fail anyway. */
export function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return '';
  }
}
