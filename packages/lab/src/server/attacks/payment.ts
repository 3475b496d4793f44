import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** The body of a request to a subject. */
export interface PaymentOrder {
  /** Names the attack's payments in the ledger. */
  readonly order: string;
  /** What the handler does. */
  readonly how: How;
  /** Makes bodies differ. */
  readonly cents?: number;
}

/** `status-…` answers with this status after the effect. `slow-…` waits this many milliseconds after it. */
export type How = 'plain' | 'headers' | 'binary' | 'large' | 'stream' | 'throw' | `status-${number}` | `slow-${number}`;

/** A response, independent of any framework. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | AsyncIterable<string>;
}

/** The bytes of `binary`. */
export const BINARY: Buffer = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));
/** The length of `large`. */
export const LARGE = 5_000_000;

const TEXT = { 'content-type': 'text/plain' };
let payments = 0;

/** Writes the order to the ledger, which survives the process, and then acts as `how` says. */
export async function pay({ order, how }: PaymentOrder, ledger: string): Promise<Answer> {
  appendFileSync(ledger, `${order}\n`);
  payments += 1;
  const paid = { order, payment: `${process.pid}-${payments}` };
  const [kind, number] = how.split('-');
  switch (kind) {
    case 'throw':
      throw new Error('after the effect');
    case 'binary':
      return { status: 201, headers: { 'content-type': 'application/octet-stream' }, body: BINARY };
    case 'large':
      return { status: 201, headers: TEXT, body: 'x'.repeat(LARGE) };
    case 'stream':
      return { status: 201, headers: TEXT, body: stream() };
    case 'status':
      return { status: Number(number), headers: TEXT, body: 'refused' };
    case 'slow':
      await setTimeout(Number(number));
  }
  const json = { 'content-type': 'application/json' };
  const own = { 'set-cookie': 'session=1', location: '/payments/7', 'x-own': 'yes' };
  return { status: 201, headers: how === 'headers' ? { ...json, ...own } : json, body: JSON.stringify(paid) };
}

async function* stream(): AsyncGenerator<string> {
  for (let part = 0; part < 5; part += 1) {
    yield `part ${part}\n`;
    await setTimeout(50);
  }
}
