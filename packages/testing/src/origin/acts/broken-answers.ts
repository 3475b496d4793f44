import type { Act } from '../act.ts';
import { startAnswer } from '../answer.ts';
import { checkCode, type ResponseHeaders, responseHead, tellsApplied } from '../response-head.ts';

/** Long enough for a local client to read an answer before the connection goes, short for a test. */
const GRACE_MS = 50;

/**
 * Processes the request and answers 200, but closes (FIN) before the body that Content-Length announced is complete.
 *
 * @example
 * origin.plays(truncate());
 * const response = await fetch(origin.url);
 * await expect(response.text()).rejects.toThrow();
 */
export function truncate(): Act {
  return {
    on: 'request',
    name: 'truncate',
    play: async (exchange) => {
      await exchange.readWhole();
      exchange.apply();
      const started = await startAnswer(exchange, { code: 200, headers: {}, length: 1000 });
      if (!started.hasBody) return started.finish();
      await exchange.write('truncated');
      exchange.end();
      return 'finished';
    },
  };
}

/**
 * Answers after the header section without reading the body, and closes after a short grace.
 *
 * @example
 * origin.plays(statusEarly(413));
 */
export function statusEarly(code: number, { headers = {} }: { readonly headers?: ResponseHeaders } = {}): Act {
  checkCode(code);
  return {
    on: 'request',
    name: `statusEarly ${code}`,
    play: async (exchange) => {
      exchange.stopReading();
      if (tellsApplied(code)) exchange.apply();
      await exchange.write(responseHead(code, { 'content-length': '0', connection: 'close', ...headers }));
      await exchange.wait(GRACE_MS);
      exchange.destroy();
      return 'finished';
    },
  };
}

/**
 * Reads the whole request without processing it, answers with bytes that aren't HTTP, and closes.
 *
 * @example
 * origin.plays(garbage());
 */
export function garbage(): Act {
  return {
    on: 'request',
    name: 'garbage',
    play: async (exchange) => {
      await exchange.readWhole();
      await exchange.write('\u0000\u0001 no HTTP at all\r\n\r\n');
      exchange.end();
      return 'finished';
    },
  };
}
