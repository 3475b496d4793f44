import { wrapFetch } from '@twicesafe/fetch';
import { act, createElement } from 'react';
import { create, type ReactTestRenderer } from 'react-test-renderer';
import type { SWRConfiguration } from 'swr';
import * as recipe from '../recipes/swr.ts';
import type { Calls, Sdk } from '../sdk.ts';

/** SWR retries without end unless it is told how often. */
const RETRIES = 3;

const { useSWR, useSWRMutation } = await importedAsInBrowser();

/** SWR looks for a browser once, when it is imported. The other SDKs of this process must not find one. */
async function importedAsInBrowser() {
  Object.assign(globalThis, { window: new EventTarget(), IS_REACT_ACT_ENVIRONMENT: true });
  try {
    const [swr, mutation] = await Promise.all([import('swr'), import('swr/mutation')]);
    return { useSWR: swr.default, useSWRMutation: mutation.default };
  } finally {
    Reflect.deleteProperty(globalThis, 'window');
  }
}

function Hook({ use }: { readonly use: () => void }): null {
  use();
  return null;
}

/** Renders a component that does nothing but call a hook, until `ended` settles. */
async function rendered(use: () => void, ended: Promise<unknown>): Promise<unknown> {
  let tree: ReactTestRenderer | undefined;
  const unmounted = ended.finally(() => act(async () => tree?.unmount()));
  await act(async () => {
    tree = create(createElement(Hook, { use }));
  });
  return unmounted;
}

function read(url: string, given: SWRConfiguration): Promise<unknown> {
  const ended = Promise.withResolvers<unknown>();
  let left = given.shouldRetryOnError === false ? 0 : RETRIES;
  const onError = (error: unknown) => {
    if (left === 0) ended.reject(error);
    left -= 1;
  };
  const all = { ...given, errorRetryCount: RETRIES, onError, onSuccess: ended.resolve };
  return rendered(() => useSWR(url, all), ended.promise);
}

function write(url: string, fetch: typeof globalThis.fetch): Promise<unknown> {
  const ended = Promise.withResolvers<unknown>();
  let trigger: undefined | (() => Promise<unknown>);
  const send = () => fetch(url, { method: 'POST', body: '{"item":7}' });
  return rendered(() => {
    const mutation = useSWRMutation(url, send);
    if (trigger) return;
    trigger = mutation.trigger;
    queueMicrotask(() => void Promise.resolve(trigger?.()).then(ended.resolve, ended.reject));
  }, ended.promise);
}

async function fetched(fetch: typeof globalThis.fetch, url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.text();
}

export const swr: Sdk = {
  name: 'SWR with `errorRetryCount: 3`',
  file: 'swr',
  retriesOff: '`shouldRetryOnError: false`; without `errorRetryCount`, it retries forever',
  marks: 'none',
  open(url, options): Calls {
    const fetch = options ? wrapFetch(options) : globalThis.fetch;
    const orders = `${url}orders`;
    return {
      read: () => read(orders, { fetcher: () => fetched(fetch, orders) }),
      write: () => write(orders, fetch),
    };
  },
  recipe: (url) => ({
    read: () => read(`${url}orders`, recipe.config),
    write: () => write(`${url}orders`, recipe.fetch),
  }),
};
