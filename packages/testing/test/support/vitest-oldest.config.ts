/** Runs the tests of the matchers in the lowest version of vitest. */
const config: object = {
  ssr: { resolve: { conditions: ['@twicesafe/source'] } },
  resolve: { conditions: ['@twicesafe/source'], alias: [{ find: /^vitest$/, replacement: 'vitest-oldest' }] },
  test: { include: ['test/matchers/matchers.test.ts'] },
};

export default config;
