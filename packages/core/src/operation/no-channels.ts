/** Takes the place of `channels.ts` in the build for browsers, which lack `diagnostics_channel`. */
export function openPublisher(): undefined {
  return undefined;
}
