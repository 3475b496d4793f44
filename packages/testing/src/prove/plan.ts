import { checkedFault } from '../faults/checked-fault.ts';
import type { Fault } from '../faults/fault.ts';
import { FAULT_NAMES, faults } from '../faults/faults.ts';
import { isProxyFault, proxyFault } from '../proxy/proxy-fault.ts';
import { checkedTarget } from '../proxy/target.ts';
import type { ProofOptions } from './options.ts';

/** Options with their defaults, checked. */
export interface ProofPlan<Client> extends Omit<ProofOptions<Client>, 'faults' | 'effects' | 'to'> {
  readonly faults: readonly Fault[];
  readonly on: readonly number[];
  readonly time: 'real' | 'virtual';
  readonly count: (() => number | Promise<number>) | undefined;
  readonly expected: number;
  readonly to: URL | undefined;
  readonly retryAfterSeconds: number;
  readonly slowMs: number;
  readonly limitMs: number;
  readonly settleMs: number;
  readonly concurrency: number;
  readonly strict: boolean;
  readonly duplicates: boolean;
}

const DAY_MS = 86_400_000;

const DEFAULTS = {
  on: [1, 2],
  time: 'real',
  effects: 1,
  retryAfterSeconds: 1,
  slowMs: 1000,
  settleMs: 60,
  concurrency: 6,
  strict: false,
  duplicates: false,
} as const;

/** Longer timers fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The whole numbers that each option allows. */
const RANGES: Readonly<Partial<Record<keyof ProofPlan<unknown>, readonly [least: number, most: number]>>> = {
  expected: [0, Number.MAX_SAFE_INTEGER],
  retryAfterSeconds: [0, Number.MAX_SAFE_INTEGER],
  slowMs: [0, LONGEST_MS],
  limitMs: [1, LONGEST_MS],
  settleMs: [0, LONGEST_MS],
  concurrency: [1, Number.MAX_SAFE_INTEGER],
};

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError or RangeError that names the option, the value, and what is allowed.
 */
export function planOf<Client>(options: ProofOptions<Client>): ProofPlan<Client> {
  const given = { ...DEFAULTS, ...options };
  const { effects, time, on } = given;
  checkTime(time);
  if (typeof effects !== 'function') checkWhole('effects', effects, 0);
  const count = typeof effects === 'function' ? effects : undefined;
  const plan: ProofPlan<Client> = {
    limitMs: time === 'virtual' ? DAY_MS : 10_000,
    ...given,
    faults: checkedFaults(options),
    count,
    expected: options.expected ?? (count ? 1 : Number(effects)),
    to: options.to === undefined ? undefined : checkedUrl(options.to, time),
    concurrency: time === 'virtual' || count ? 1 : given.concurrency,
  };
  for (const [option, range] of Object.entries(RANGES)) checkWhole(option, plan[option as keyof typeof plan], ...range);
  checkAttempts(on);
  if (plan.to && !count) {
    throw new TypeError('to needs effects: a function that counts the effects where your server stores them');
  }
  return plan;
}

function checkTime(time: unknown): void {
  if (time !== 'real' && time !== 'virtual')
    throw new RangeError(`time must be 'real' or 'virtual', not ${show(time)}`);
}

function checkAttempts(on: unknown): void {
  if (!Array.isArray(on) || on.length === 0) throw new TypeError(`on must be a list of attempts, not ${show(on)}`);
  for (const attempt of on) checkWhole('on', attempt, 1);
}

function checkedFaults<Client>({ faults: chosen, to }: ProofOptions<Client>): readonly Fault[] {
  const isPlayable = (fault: Fault): boolean => to === undefined || fault.answer === 'refused' || isProxyFault(fault);
  if (chosen === undefined) return FAULT_NAMES.map((name) => faults[name]).filter(isPlayable);
  if (!Array.isArray(chosen)) throw new TypeError(`faults must be a list of faults, not ${show(chosen)}`);
  return chosen.map((each: unknown) => {
    const isObject = typeof each === 'object' && each !== null && 'name' in each;
    const fault = checkedFault(isObject ? each.name : each, 'faults');
    return isPlayable(fault) ? fault : proxyFault(fault.name, 'faults');
  });
}

function checkWhole(option: string, value: unknown, least: number, most: number = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  throw new RangeError(`${option} must be a whole number ${range}, not ${show(value)}`);
}

function checkedUrl(value: string | URL, time: string): URL {
  if (time === 'real') return checkedTarget(value);
  throw new RangeError("time must be 'real' together with the option to: your server has a clock of its own");
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
