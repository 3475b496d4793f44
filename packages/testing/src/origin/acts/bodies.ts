import type { Act } from '../act.ts';
import { chunk, startAnswer } from '../answer.ts';
import { checkCode, type ResponseHeaders, tellsApplied } from '../response-head.ts';

const BLOCK_BYTES = 16_384;

/** How a body act starts its answer. */
export interface BodyAnswer {
  readonly headers?: ResponseHeaders;
}

/** The pace of `slowBody`. */
export interface SlowBody {
  /** How many chunks to send; chunk n is the text `chunk n` and a line feed. */
  readonly chunks: number;
  /** The pause between two chunks, in milliseconds. */
  readonly everyMs: number;
}

/**
 * Processes the request and answers 200 with a complete body that arrives chunk by chunk.
 *
 * @example
 * origin.plays(slowBody({ chunks: 3, everyMs: 50 }));
 */
export function slowBody({ chunks, everyMs }: SlowBody): Act {
  return {
    on: 'request',
    name: 'slowBody',
    play: async (exchange) => {
      await exchange.readWhole();
      exchange.apply();
      const started = await startAnswer(exchange, { code: 200, headers: {}, length: 'chunked' });
      if (!started.hasBody) return started.finish();
      for (let number = 1; number <= chunks; number += 1) {
        if (number > 1) await exchange.wait(everyMs);
        await exchange.write(chunk(`chunk ${number}\n`));
      }
      await exchange.write(chunk(''));
      return started.finish();
    },
  };
}

/**
 * Answers with a body of a known length, sent as fast as the client reads it.
 *
 * @example
 * origin.plays(bigBody(10_000_000));
 */
export function bigBody(bytes: number, code = 200): Act {
  checkCode(code);
  return {
    on: 'request',
    name: 'bigBody',
    play: async (exchange) => {
      await exchange.readWhole();
      if (tellsApplied(code)) exchange.apply();
      const started = await startAnswer(exchange, { code, headers: {}, length: bytes });
      if (!started.hasBody) return started.finish();
      for (let missing = bytes; missing > 0; missing -= BLOCK_BYTES) {
        await exchange.write('x'.repeat(Math.min(missing, BLOCK_BYTES)));
      }
      return started.finish();
    },
  };
}

/**
 * Answers with an endless series of chunks, as fast as the client reads them, until the socket closes.
 *
 * @example
 * origin.plays(endlessBody(200, { headers: { 'content-type': 'text/plain' } }));
 */
export function endlessBody(code = 200, { headers = {} }: BodyAnswer = {}): Act {
  checkCode(code);
  const block = chunk('x'.repeat(BLOCK_BYTES));
  return {
    on: 'request',
    name: 'endlessBody',
    play: async (exchange) => {
      await exchange.readWhole();
      if (tellsApplied(code)) exchange.apply();
      const started = await startAnswer(exchange, { code, headers, length: 'chunked' });
      if (!started.hasBody) return started.finish();
      for (;;) await exchange.write(block);
    },
  };
}

/**
 * Answers with the header section and a first chunk, then stays silent until the client disconnects.
 *
 * @example
 * origin.plays(stalledBody());
 * const response = await fetch(origin.url, { signal: AbortSignal.timeout(100) });
 * await expect(response.text()).rejects.toThrow();
 */
export function stalledBody(code = 200, { headers = {} }: BodyAnswer = {}): Act {
  checkCode(code);
  return {
    on: 'request',
    name: 'stalledBody',
    play: async (exchange) => {
      await exchange.readWhole();
      if (tellsApplied(code)) exchange.apply();
      const started = await startAnswer(exchange, { code, headers, length: 'chunked' });
      if (!started.hasBody) return started.finish();
      await exchange.write(chunk('first'));
      return await exchange.untilClosed();
    },
  };
}
