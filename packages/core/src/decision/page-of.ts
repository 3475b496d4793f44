/**
 * Returns the address of the page that explains a reason or an error code: what happened, what the standard says, what
 * to do. The pages are in `docs/why`, and a test compares them with the reasons.
 */
export function pageOf(name: string): string {
  return `https://twicesafe.github.io/twicesafe/why/${name}`;
}
