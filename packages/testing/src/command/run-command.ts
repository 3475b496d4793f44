import { faults } from '../faults/faults.ts';
import { type FaultProxy, faultProxy } from '../proxy/fault-proxy.ts';
import { parseProxyArguments, USAGE } from './proxy-arguments.ts';

/** Where a command writes. */
export interface Console {
  log(line: string): void;
}

/**
 * Runs the command line `proxy --to ... --fault ...`.
 *
 * @returns the proxy that was started, or undefined if only help was asked for.
 * @throws Error with a message for people.
 */
export async function runCommand(parameters: readonly string[], { log }: Console): Promise<FaultProxy | undefined> {
  const [command, ...rest] = parameters;
  if (command === undefined || parameters.includes('--help')) {
    log(USAGE);
    return undefined;
  }
  if (command !== 'proxy') throw new RangeError(`the command must be proxy, not ${JSON.stringify(command)}`);
  const { to, options } = parseProxyArguments(rest);
  const proxy = await faultProxy(to, {
    ...options,
    onRequest: ({ method, target }, fault) => {
      if (fault !== 'none') log(`${method} ${target}: ${fault}. ${faults[fault].summary}`);
    },
  });
  log(`${proxy.url} passes requests on to ${to}`);
  return proxy;
}
