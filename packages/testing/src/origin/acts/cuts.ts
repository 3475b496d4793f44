import type { Act, Afterwards } from '../act.ts';
import type { Exchange } from '../exchange.ts';

/**
 * Resets the next connection as soon as it is accepted, before it reads or records anything.
 *
 * @example
 * origin.plays(resetOnAccept(), status(200));
 * await fetch(origin.url, { method: 'POST' }).catch(() => {});
 * expect(origin.requests).toEqual([]);
 */
export function resetOnAccept(): Act {
  return { on: 'accept', name: 'resetOnAccept' };
}

/**
 * Sends a RST once the header section has arrived, without reading the body or processing the request.
 *
 * @example
 * origin.plays(resetBeforeReading(), status(200));
 */
export function resetBeforeReading(): Act {
  return { on: 'request', name: 'resetBeforeReading', play: async (exchange) => reset(exchange) };
}

/**
 * Reads the whole request, then sends a RST without processing it.
 *
 * @example
 * origin.plays(resetAfterReading());
 * await expect(fetch(origin.url, { method: 'POST' })).rejects.toThrow();
 * expect(origin.applied).toEqual([]);
 */
export function resetAfterReading(): Act {
  return whole('resetAfterReading', 'dropped', reset);
}

/**
 * Reads and processes the request, then sends a RST. The client can't know that the request took effect.
 *
 * @example
 * origin.plays(processThenReset());
 * await expect(fetch(origin.url, { method: 'POST' })).rejects.toThrow();
 * expect(origin.applied).toEqual(['POST']);
 */
export function processThenReset(): Act {
  return whole('processThenReset', 'processed', reset);
}

/**
 * Reads the whole request, then closes (FIN) without processing it.
 *
 * @example
 * origin.plays(closeAfterReading(), status(200));
 */
export function closeAfterReading(): Act {
  return whole('closeAfterReading', 'dropped', close);
}

/**
 * Reads and processes the request, then closes (FIN) without an answer.
 *
 * @example
 * origin.plays(processThenClose());
 * await expect(fetch(origin.url, { method: 'POST' })).rejects.toThrow();
 * expect(origin.applied).toEqual(['POST']);
 */
export function processThenClose(): Act {
  return whole('processThenClose', 'processed', close);
}

/**
 * Reads and processes the request, then ends TLS with an alert, as if a handshake had failed. Without TLS it hangs.
 *
 * @example
 * await using origin = await Origin.listen({ secure: true });
 * origin.plays(processThenAlert());
 */
export function processThenAlert(): Act {
  return whole('processThenAlert', 'processed', (exchange) => {
    exchange.alert();
    return exchange.untilClosed();
  });
}

/**
 * Reads the whole request without processing it, and doesn't answer until the client disconnects.
 *
 * @example
 * origin.plays(hang());
 * await expect(fetch(origin.url, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
 */
export function hang(): Act {
  return whole('hang', 'dropped', (exchange) => exchange.untilClosed());
}

/**
 * Reads and processes the request, and doesn't answer until the client disconnects.
 *
 * @example
 * origin.plays(processThenHang());
 * await expect(fetch(origin.url, { method: 'POST', signal: AbortSignal.timeout(100) })).rejects.toThrow();
 * expect(origin.applied).toEqual(['POST']);
 */
export function processThenHang(): Act {
  return whole('processThenHang', 'processed', (exchange) => exchange.untilClosed());
}

type Fate = 'processed' | 'dropped';

function whole(name: string, fate: Fate, then: (exchange: Exchange) => Afterwards | Promise<Afterwards>): Act {
  return {
    on: 'request',
    name,
    play: async (exchange) => {
      await exchange.readWhole();
      if (fate === 'processed') exchange.apply();
      return await then(exchange);
    },
  };
}

function reset(exchange: Exchange): Afterwards {
  exchange.reset();
  return 'finished';
}

function close(exchange: Exchange): Afterwards {
  exchange.end();
  return 'finished';
}
