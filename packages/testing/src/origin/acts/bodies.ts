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

/** Processes the request and answers 200 with a body that comes chunk by chunk and ends well. */
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

/** Answers with a body of a known length, sent as fast as the client reads it. */
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

/** Answers with chunks for ever, as fast as the client reads them, until the socket closes. */
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

/** Answers with the header section and a first chunk, then falls silent until the client goes. */
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
