import { policyFrom } from '@twicesafe/core/adapter';
import { status, truncate } from '@twicesafe/testing';
import type { Hooks, Options } from 'ky';
import { expect, test, vi } from 'vitest';
import { createRetryPolicy, protocol, reportOf } from '../src/index.ts';
import { install } from '../src/install.ts';
import { stageFor } from './support.ts';

const LONG = 1_048_577;

test('a long Blob is not copied where a hook may force a retry', async () => {
  const clone = vi.spyOn(Request.prototype, 'clone');
  const afterResponse: Hooks['afterResponse'] = [() => {}];
  await using stage = await stageFor({ hooks: { afterResponse } });

  await stage.api.post('orders', { body: new Blob(['x'.repeat(LONG)]) });

  expect(clone).not.toHaveBeenCalled();
  clone.mockRestore();
});

test("a short body is sent again where originGate is 'all'", async () => {
  await using stage = await stageFor({}, { originGate: 'all' });
  stage.origin.plays(status(503));

  await stage.api.put('orders/7', { body: 'one' });

  expect(stage.origin.requests.map(({ text }) => text)).toEqual(['one', 'one']);
});

test('a truncated response is read again if the request is harmless', async () => {
  await using stage = await stageFor();
  stage.origin.plays(truncate());

  const response = await stage.api.put('orders/7');

  expect(reportOf(response)?.attempts).toMatchObject([{ outcome: { kind: 'truncated-body' } }, {}]);
});

test("a fetch gets the request that ky made, and a hook's request with the caller's signal", async () => {
  const controller = new AbortController();
  const seen: Request[] = [];
  const fetch = async (input: Request | string | URL): Promise<Response> => {
    seen.push(input as Request);
    return new Response();
  };
  const given: Request[] = [];
  const noting: Hooks['beforeRequest'] = [({ request }) => void given.push(request)];
  const replacing: Hooks['beforeRequest'] = [({ request }) => new Request(request.url)];
  await using stage = await stageFor({ fetch, retry: 0, signal: controller.signal });

  await stage.api.get('orders', { hooks: { beforeRequest: noting } });
  await stage.api.get('orders', { hooks: { beforeRequest: replacing } });
  controller.abort();

  expect(seen[0]).toBe(given[0]);
  expect(seen[1]?.signal.aborted).toBe(true);
});

test('the text of a json body is kept only for a protocol', () => {
  const optionsUnder = (protocols: Parameters<typeof protocol>[0][]): Options => {
    const options: Options = { json: {} };
    install(policyFrom(createRetryPolicy({ protocols: protocols.map(protocol) })), 'http://127.0.0.1/', options);
    return options;
  };

  expect(optionsUnder([]).stringifyJson).toBeUndefined();
  expect(optionsUnder([{ name: 'Plain', read: () => undefined }]).stringifyJson?.({ order: 7 })).toBe('{"order":7}');
});
