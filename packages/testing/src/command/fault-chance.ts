import type { FaultName } from '../faults/fault.ts';
import { proxyFault } from '../proxy/proxy-fault.ts';

/** A fault and how often it is played. */
export interface FaultChance {
  readonly fault: FaultName;
  /** From 0 to 1. */
  readonly chance: number;
}

/**
 * Reads `resetAfter:10%`, or `resetAfter` for always.
 *
 * @throws RangeError if the fault or the percentage is invalid.
 */
export function parseFault(text: string): FaultChance {
  const [name = '', percent = '100%', ...more] = text.split(':');
  const fault = proxyFault(name, '--fault').name;
  const chance = Number.parseFloat(percent) / 100;
  if (more.length === 0 && /^\d+(\.\d+)?%$/.test(percent) && chance <= 1) return { fault, chance };
  throw new RangeError(
    `--fault must be a name and a percentage from 0% to 100%, such as resetAfter:10%, not ${JSON.stringify(text)}`,
  );
}

/**
 * Chooses a fault for each request by chance.
 *
 * @throws RangeError if the chances are more than 100 % together.
 */
export function faultByChance(chances: readonly FaultChance[], random: () => number): () => FaultName {
  const sum = chances.reduce((total, { chance }) => total + chance, 0);
  // Percentages are no exact binary fractions.
  if (sum > 1 + 1e-9)
    throw new RangeError(`the percentages of --fault must be 100% at most together, not ${sum * 100}%`);
  return () => {
    let point = random();
    for (const { fault, chance } of chances) {
      if (point < chance) return fault;
      point -= chance;
    }
    return 'none';
  };
}
