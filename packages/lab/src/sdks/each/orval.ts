import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { wrapFetch } from '@twicesafe/fetch';
import { generate } from 'orval';
import type { Calls, Sdk } from '../sdk.ts';
import { sender } from './orval-mutator.ts';

const responses = { 200: { description: 'An order' } };
const orders = {
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1' },
  paths: { '/orders': { get: { operationId: 'read', responses }, post: { operationId: 'write', responses } } },
} as const;

/** Generates a client as `orval.config.ts` would, and imports it. */
async function generated(baseUrl: string, mutator: string): Promise<Calls> {
  const target = join(await mkdtemp(join(tmpdir(), 'twicesafe-orval-')), 'orders.ts');
  const path = fileURLToPath(new URL(mutator, import.meta.url));
  const override = { mutator: { path, name: 'customFetch', extension: '.ts' } };
  await generate({ input: { target: orders }, output: { target, client: 'fetch', baseUrl, override } }, undefined, {
    logLevel: 'warn',
  });
  return import(pathToFileURL(target).href) as Promise<Calls>;
}

function calls(client: Promise<Calls>): Calls {
  return { read: async () => (await client).read(), write: async () => (await client).write() };
}

export const orval: Sdk = {
  name: 'orval with `client: fetch`',
  file: 'orval',
  retriesOff: 'has none',
  marks: 'none',
  open(url, options) {
    sender.fetch = options ? wrapFetch(options) : globalThis.fetch;
    return calls(generated(url, './orval-mutator.ts'));
  },
  recipe: (url) => calls(generated(url, '../recipes/orval.ts')),
};
