import { Origin, type OriginOptions } from './origin.ts';

/**
 * Starts an origin on 127.0.0.1 that plays a script of acts and faults, and keeps a ledger of what took effect.
 *
 * @throws the server's error if the port is in use.
 * @example
 * await using origin = await scriptedOrigin();
 * origin.plays(faults.resetAfter);
 * await placeOrder(origin.url);
 * expect(origin.effects).toHaveLength(1);
 */
export function scriptedOrigin(options: OriginOptions = {}): Promise<Origin> {
  return Origin.listen(options);
}
