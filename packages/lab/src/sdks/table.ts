import { FAULTS, type Fault, MODES, type Mode } from './measure.ts';
import type { Sdk } from './sdk.ts';

/** The number of requests of one SDK, by mode and fault. */
export interface Measured {
  readonly sdk: Sdk;
  readonly sends: Readonly<Record<Mode, Readonly<Record<Fault, number>>>>;
}

const HEAD = [
  'SDK',
  'as installed',
  "twicesafe, SDK's retries left on",
  'recipe',
  "turn the SDK's retries off",
  'key or count',
];

/** Formats the matrix as a Markdown table. Each cell has the numbers of requests for the four faults. */
export function matrix(all: readonly Measured[]): string {
  const rows = all.map(({ sdk, sends }) => [
    sdk.name,
    ...MODES.map((mode) => FAULTS.map((fault) => sends[mode][fault]).join(' / ')),
    sdk.retriesOff,
    sdk.marks,
  ]);
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
