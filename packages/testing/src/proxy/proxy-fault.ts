import { checkedFault } from '../faults/checked-fault.ts';
import type { Fault } from '../faults/fault.ts';

/** The faults that a proxy in front of any server can play. */
export function isProxyFault({ name, answer }: Fault): boolean {
  return answer !== 'refused' && name !== 'seeOther303' && name !== 'redirect302';
}

/**
 * Finds a fault that a proxy can play.
 *
 * @throws RangeError if the fault is unknown, or if it needs its own server.
 */
export function proxyFault(name: string, option: string): Fault {
  const fault = checkedFault(name, option);
  if (isProxyFault(fault)) return fault;
  if (fault.answer === 'refused') throw new RangeError(`${option}: refused needs a closed port: call proxy.refuses(1)`);
  throw new RangeError(`${option}: ${name} needs the scripted origin, because a proxy knows no place to redirect to`);
}
