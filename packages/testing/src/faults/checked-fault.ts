import type { Fault, FaultName } from './fault.ts';
import { FAULT_NAMES, faults } from './faults.ts';

/**
 * Finds a fault by its name.
 *
 * @param option - The option that named it, for the error message.
 * @throws RangeError if the fault is unknown.
 */
export function checkedFault(name: unknown, option: string): Fault {
  if (typeof name === 'string' && Object.hasOwn(faults, name)) return faults[name as FaultName];
  throw new RangeError(`${option} must name a fault (${FAULT_NAMES.join(', ')}), not ${JSON.stringify(name)}`);
}
