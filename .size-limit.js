/** Bundles for Node take the condition `node`, and those for browsers `browser`, which esbuild adds by itself. */
const forNode = (config) => ({ ...config, platform: 'node' });

const row = (name, path, limit, more) => ({ name, path, gzip: true, limit, ...more });
const node = (name, path, limit, more) => row(name, path, limit, { modifyEsbuildConfig: forNode, ...more });

const fetch = 'packages/clients/fetch/dist/index.js';
const core = 'packages/core/dist/adapter.js';

/** What a bundle weighs with all that it imports, minified and gzipped. */
export default [
  node('@twicesafe/fetch, all of it', fetch, '40 kB'),
  node('@twicesafe/fetch, wrapFetch alone', fetch, '32.5 kB', { import: '{ wrapFetch }' }),
  row('@twicesafe/fetch, wrapFetch alone in a browser', fetch, '26 kB', { import: '{ wrapFetch }' }),
  node('@twicesafe/ky, wrapKy alone (without ky)', 'packages/clients/ky/dist/index.js', '30.8 kB', {
    import: '{ wrapKy }',
    ignore: ['ky'],
  }),
  node('@twicesafe/axios, wrapAxios alone (without axios)', 'packages/clients/axios/dist/index.js', '32.9 kB', {
    import: '{ wrapAxios }',
    ignore: ['axios'],
  }),
  node('@twicesafe/undici, retry alone', 'packages/clients/undici/dist/index.js', '29.8 kB', {
    import: '{ retry }',
    ignore: ['undici'],
  }),
  node('@twicesafe/got, wrapGot alone (without got)', 'packages/clients/got/dist/index.js', '26.3 kB', {
    import: '{ wrapGot }',
    ignore: ['got'],
  }),
  row('@twicesafe/core, decide alone', core, '4.55 kB', { import: '{ decide }' }),
  row('@twicesafe/protocols, graphql and jsonRpc (without core)', 'packages/protocols/dist/index.js', '2.98 kB', {
    import: '{ graphql, jsonRpc }',
    ignore: ['@twicesafe/core'],
  }),
  row('@twicesafe/protocols, openApi alone (without core)', 'packages/protocols/dist/openapi.js', '4.08 kB', {
    ignore: ['@twicesafe/core'],
  }),
];
