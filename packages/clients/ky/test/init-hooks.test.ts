import { rejectionOf, status } from '@twicesafe/testing';
import ky, { type Hooks, isHTTPError } from 'ky';
import { expect, test, vi } from 'vitest';
import { type WrappedOptions, wrapKy } from '../src/index.ts';
import { stageFor } from './support.ts';

const textsOf = (requests: readonly { readonly text: string }[]) => requests.map(({ text }) => text);

test.each<[string, Hooks | undefined]>([
  ['an empty object', {}],
  ['undefined', undefined],
])('an init hook may replace the hooks of a call by %s', async (_, hooks) => {
  const replacing = (options: { hooks?: Hooks | undefined }): void => {
    options.hooks = hooks;
  };
  await using stage = await stageFor({ hooks: { init: [replacing as never] } });
  stage.origin.plays(status(503));
  await stage.api.put('orders/7', { json: { order: 7 } });
  stage.origin.plays(status(404));
  const error = await rejectionOf(stage.api.put('orders/8', { json: { order: 8 } }));

  expect(isHTTPError(error) && error.response.status).toBe(404);
  expect(textsOf(stage.origin.requests)).toEqual(['{"order":7}', '{"order":7}', '{"order":8}']);
});

test.each<[string, unknown, string]>([
  ['null', null, 'null'],
  ['undefined', undefined, ''],
])('%s as json is sent as ky sends it', async (_, json, text) => {
  await using stage = await stageFor();

  await stage.api.post('orders', { json } as WrappedOptions);

  expect(textsOf(stage.origin.requests)).toEqual([text]);
});

test('a call without options needs no instance of its own', async () => {
  await using stage = await stageFor();
  const instance = ky.create();
  const extend = vi.spyOn(instance, 'extend');
  const api = wrapKy(instance);
  extend.mockClear();

  await api(stage.origin.url);

  expect(extend).not.toHaveBeenCalled();
});
