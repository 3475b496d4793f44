import type { Report } from '../effect/report.ts';
import { shared } from './shared.ts';

/** Anything that can give its report. */
export interface Reporter {
  report(): Report;
}

/** Which operation ended with an object. */
interface ReportRegistry {
  set(settled: object, reporter: Reporter): void;
  get(settled: object): Reporter | undefined;
}

/** A constructor that returns its argument, so that a class that extends it can put private fields on any object. */
const Itself = function itself(target: object): object {
  return target;
} as unknown as new (
  target: object,
) => object;

/**
 * Attaches the operation to a response or error as a private field. The field lives as long as the object and is
 * invisible to other code. Setting it takes a tenth of the time of a WeakMap. The first copy of this file serves all
 * others.
 */
const registry = /* @__PURE__ */ shared<ReportRegistry>('reports.1', () => {
  class Ended extends Itself {
    // biome-ignore lint/style/useReadonlyClassProperties: set again when one object ends two operations
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

  /** For objects that reject new fields, such as frozen errors in engines that apply this to private fields. */
  const frozen = new WeakMap<object, Reporter>();
  return {
    set(settled, reporter) {
      try {
        Ended.set(settled, reporter);
      } catch {
        frozen.set(settled, reporter);
      }
    },
    get: (settled) => Ended.get(settled) ?? frozen.get(settled),
  };
});

/** Remembers which operation ended with a response or error, for as long as that lives. */
export function rememberReport(settled: unknown, reporter: Reporter): void {
  if (isObject(settled)) registry.set(settled, reporter);
}

/**
 * Where libraries put what they wrap: our error as a cause, our response on their error, undici's headers and context
 * in its response.
 */
const LINKS = ['cause', 'response', 'error', 'raw', 'detail', 'headers', 'context'];
const MOST_LINKS = 8;
/** A deep mock has an object behind every member. */
const MOST_OBJECTS = 1000;

/**
 * Returns what became of the operation that ended with this response or error.
 *
 * Errors of other libraries count too: `cause`, `response` and similar members are followed, up to eight links. One
 * object can be the end of several operations, such as one abort reason for many. Then it is the report of the last
 * one. `onEvent` gets every report.
 *
 * @param settled - A response or an error that a wrapped client returned, or an error that wraps it.
 * @returns undefined unless a wrapped client returned it.
 *
 * @example
 * const report = reportOf(await fetch(url));
 * if (report?.effect === 'maybe-applied') await lookItUp();
 */
export function reportOf(settled: unknown): Report | undefined {
  const depths = new Map([[settled, 0]]);
  // A map is read in the order of its growth, so the nearest objects come first.
  for (const [each, depth] of depths) {
    if (!isObject(each)) continue;
    const reporter = registry.get(each);
    if (reporter) return reporter.report();
    if (depth === MOST_LINKS || depths.size > MOST_OBJECTS) continue;
    for (const link of linksOf(each)) if (!depths.has(link)) depths.set(link, depth + 1);
  }
  return undefined;
}

/** A getter of a foreign object may throw, and then it leads nowhere. */
function linksOf(value: object): unknown[] {
  return LINKS.map((name) => {
    try {
      return (value as Record<string, unknown>)[name];
    } catch {
      return undefined;
    }
  });
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
