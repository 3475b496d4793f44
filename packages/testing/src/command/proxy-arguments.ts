import { parseArgs } from 'node:util';
import { hasEffect } from '../ledger/ledger.ts';
import type { FaultProxyOptions } from '../proxy/fault-proxy.ts';
import { type FaultChance, faultByChance, parseFault } from './fault-chance.ts';
import { randomFrom } from './random-from.ts';

/** What the command line asks for. */
export interface ProxyCommand {
  readonly to: string;
  readonly options: FaultProxyOptions;
}

/** What `--help` prints. */
export const USAGE: string = `Usage: npx @twicesafe/testing proxy --to <url> [options]

Passes requests on to a server of yours, and plays faults about their effect.

  --to <url>             your server, such as http://localhost:3000
  --fault <name>[:<n>%]  a fault, and how often it is played; may be given several times
  --all-methods          plays faults on safe methods (GET, HEAD, ...) too
  --port <number>        where to listen on 127.0.0.1; any free port by default
  --retry-after <s>      the wait that busy503 and limited429 ask for, in seconds; 1 by default
  --slow <ms>            how late the answer of slow comes, in milliseconds; 1000 by default
  --seed <number>        the same number gives the same faults for the same requests

Example: npx @twicesafe/testing proxy --to http://localhost:3000 --fault resetAfter:10%
`;

const OPTIONS = {
  to: { type: 'string' },
  fault: { type: 'string', multiple: true },
  port: { type: 'string' },
  'all-methods': { type: 'boolean' },
  'retry-after': { type: 'string' },
  slow: { type: 'string' },
  seed: { type: 'string' },
} as const;

/**
 * Reads the arguments after `proxy`.
 *
 * @throws TypeError or RangeError that names the argument, its value, and what is allowed.
 */
export function parseProxyArguments(parameters: readonly string[]): ProxyCommand {
  const { values } = parseArgs({ args: [...parameters], options: OPTIONS });
  if (values.to === undefined)
    throw new TypeError('--to is missing: the URL of your server, such as http://localhost:3000');
  const chances: readonly FaultChance[] = (values.fault ?? []).map(parseFault);
  const random = values.seed === undefined ? Math.random : randomFrom(whole('--seed', values.seed));
  const choose = faultByChance(chances, random);
  return {
    to: values.to,
    options: {
      faultFor: ({ method }) => (values['all-methods'] || hasEffect(method) ? choose() : 'none'),
      ...(values.port !== undefined && { port: whole('--port', values.port, 65_535) }),
      ...(values['retry-after'] !== undefined && { retryAfterSeconds: whole('--retry-after', values['retry-after']) }),
      ...(values.slow !== undefined && { slowMs: whole('--slow', values.slow) }),
    },
  };
}

function whole(name: string, value: string, most = 2 ** 31 - 1): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= most) return number;
  throw new RangeError(`${name} must be a whole number from 0 to ${most}, not ${JSON.stringify(value)}`);
}
