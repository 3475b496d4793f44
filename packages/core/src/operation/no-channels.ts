/** Takes the place of `channels.ts` in the build for browsers, which have no `diagnostics_channel`. */
export function openPublisher(): undefined {
  return undefined;
}
