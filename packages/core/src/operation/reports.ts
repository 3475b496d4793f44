import type { Report } from '../effect/report.ts';

/** Whatever can tell its report. */
export interface Reporter {
  report(): Report;
}

/** A constructor that returns the object it is given: a class that extends it can put private fields on any object. */
const Itself = function itself(target: object): object {
  return target;
} as unknown as new (
  target: object,
) => object;

/**
 * Who can tell what an object was the end of: a private field on the object itself. It lives as long as the object, nobody
 * else can see it, and setting it costs a tenth of what a WeakMap does.
 */
class Ended extends Itself {
  // biome-ignore lint/style/useReadonlyClassProperties: set anew when one object ends two operations
  #reporter: Reporter;

  constructor(settled: object, reporter: Reporter) {
    super(settled);
    this.#reporter = reporter;
  }

  static set(settled: object, reporter: Reporter): void {
    if (#reporter in settled) settled.#reporter = reporter;
    else new Ended(settled, reporter);
  }

  static get(settled: object): Reporter | undefined {
    return #reporter in settled ? settled.#reporter : undefined;
  }
}

/** For what takes no new field: frozen errors, in engines that hold private fields to it. */
const frozen = new WeakMap<object, Reporter>();

/** Remembers what an operation ended with, for as long as that lives. */
export function rememberReport(settled: unknown, reporter: Reporter): void {
  if (!isObject(settled)) return;
  try {
    Ended.set(settled, reporter);
  } catch {
    frozen.set(settled, reporter);
  }
}

/**
 * What became of the operation that ended with this response or error.
 *
 * One object can be the end of several operations, such as one abort reason for many: then it is the last one's report. `onEvent`
 * gives every operation its own.
 *
 * @returns undefined if no wrapped client gave it out.
 */
export function reportOf(settled: unknown): Report | undefined {
  return isObject(settled) ? (Ended.get(settled) ?? frozen.get(settled))?.report() : undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
