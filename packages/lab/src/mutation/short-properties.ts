import fc from 'fast-check';

/** Enough for a mutant that a property notices at all. Each mutant runs each property that meets it. */
const MOST_RUNS = 15;

/**
 * Stands in for fast-check while mutants run: few runs, and the same ones each time, so that two scores can be
 * compared.
 */
const short: typeof fc = {
  ...fc,
  assert: ((property: Parameters<typeof fc.assert>[0], parameters: Parameters<typeof fc.assert>[1] = {}) =>
    fc.assert(property, {
      ...parameters,
      seed: 1,
      numRuns: Math.min(parameters.numRuns ?? MOST_RUNS, MOST_RUNS),
    })) as typeof fc.assert,
};

// biome-ignore lint/style/noDefaultExport: fast-check is imported by its default export
export default short;
