import type { Act, Afterwards } from '../act.ts';
import type { Exchange } from '../exchange.ts';

/** Resets the next connection as soon as it is accepted, before it reads or records anything. */
export function resetOnAccept(): Act {
  return { on: 'accept', name: 'resetOnAccept' };
}

/** Sends a RST once the header section has arrived, without reading the body or processing the request. */
export function resetBeforeReading(): Act {
  return { on: 'request', name: 'resetBeforeReading', play: async (exchange) => reset(exchange) };
}

/** Reads the whole request, then sends a RST without processing it. */
export function resetAfterReading(): Act {
  return whole('resetAfterReading', 'dropped', reset);
}

/** Reads and processes the request, then sends a RST: the client cannot know that it took effect. */
export function processThenReset(): Act {
  return whole('processThenReset', 'processed', reset);
}

/** Reads the whole request, then closes (FIN) without processing it. */
export function closeAfterReading(): Act {
  return whole('closeAfterReading', 'dropped', close);
}

/** Reads and processes the request, then closes (FIN) without an answer. */
export function processThenClose(): Act {
  return whole('processThenClose', 'processed', close);
}

/** Reads and processes the request, then ends TLS by an alert, as if a handshake had failed. Without TLS it hangs. */
export function processThenAlert(): Act {
  return whole('processThenAlert', 'processed', (exchange) => {
    exchange.alert();
    return exchange.untilClosed();
  });
}

/** Reads the whole request without processing it, and doesn't answer until the client disconnects. */
export function hang(): Act {
  return whole('hang', 'dropped', (exchange) => exchange.untilClosed());
}

/** Reads and processes the request and never answers, until the client goes. */
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
