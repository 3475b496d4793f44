import type { Act, Afterwards } from '../origin/act.ts';
import { answer, startAnswer } from '../origin/answer.ts';
import type { Exchange } from '../origin/exchange.ts';
import type { ReceivedRequest } from '../origin/received-request.ts';
import type { ResponseHeaders } from '../origin/response-head.ts';
import { type ApplicationAnswer, KEY_REUSED, plainAnswer } from './application-answer.ts';
import type { Fault } from './fault.ts';
import { faultHeaders } from './fault-headers.ts';

/** What a fault needs to know besides itself. Every member has a default. */
export interface FaultSetting {
  /** The application's own answer. By default 200 with a small JSON document. */
  readonly answer?: (request: ReceivedRequest) => ApplicationAnswer;
  /**
   * The wait that `busy503` and `limited429` ask for, in seconds.
   *
   * @default 1
   */
  readonly retryAfterSeconds?: number;
  /**
   * How late the answer of `slow` comes, in milliseconds.
   *
   * @default 1_000
   */
  readonly slowMs?: number;
  /** Is called when the answer of the fault, or its cut, is about to be sent. */
  readonly onAnswer?: () => void;
}

/** How much longer than what is sent the answer of `truncated` says it is. */
const MISSING_BYTES = 100;

/**
 * Makes the act of the scripted origin that plays a fault.
 *
 * @throws RangeError for `refused`, because it happens before a request.
 *
 * @example
 * origin.plays(actOf(faults.busy503, { retryAfterSeconds: 5 }), actOf(faults.slow, { slowMs: 200 }));
 */
export function actOf(fault: Fault, setting: FaultSetting = {}): Act {
  if (fault.answer === 'refused') throw new RangeError('the fault refused needs a closed port: call origin.refuses(1)');
  return {
    on: 'request',
    name: fault.name,
    play: async (exchange) => {
      await exchange.readWhole();
      const { request } = exchange;
      let own = (setting.answer ?? plainAnswer)(request);
      for (let count = 0; count < fault.effects; count += 1) if (exchange.apply() === 'key-reused') own = KEY_REUSED;
      setting.onAnswer?.();
      return await play(exchange, { fault, own, setting });
    },
  };
}

interface Playing {
  readonly fault: Fault;
  readonly own: ApplicationAnswer;
  readonly setting: FaultSetting;
}

async function play(exchange: Exchange, { fault, own, setting }: Playing): Promise<Afterwards> {
  const { status: code = 200, headers = {}, body = '' } = own;
  const whole = { code, headers, body: Buffer.from(body) };
  switch (fault.answer) {
    case 'whole':
      return await answer(exchange, whole);
    case 'late':
      await exchange.wait(setting.slowMs ?? 1000);
      return await answer(exchange, whole);
    case 'torn':
      return await tear(exchange, whole);
    case 'reset':
      exchange.reset();
      return 'finished';
    case 'closed':
    case 'refused':
      exchange.end();
      return 'finished';
    case 'silence':
      return await exchange.untilClosed();
    default:
      return await answer(exchange, {
        code: fault.answer,
        headers: faultHeaders(fault.answer, setting.retryAfterSeconds ?? 1),
        body: Buffer.alloc(0),
      });
  }
}

async function tear(
  exchange: Exchange,
  { code, headers, body }: { readonly code: number; readonly headers: ResponseHeaders; readonly body: Uint8Array },
): Promise<Afterwards> {
  const started = await startAnswer(exchange, { code, headers, length: body.length + MISSING_BYTES });
  if (!started.hasBody) return started.finish();
  if (body.length > 0) await exchange.write(body);
  exchange.end();
  return 'finished';
}
