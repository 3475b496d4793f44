import { rejectionOf, status } from '@twicesafe/testing';
import ky, { type Hooks } from 'ky';
import { expect, test } from 'vitest';
import { protocol, wrapKy } from '../src/index.ts';
import { stageFor } from './support.ts';

const other = (request: Request) => new Request(request.url, { method: 'POST', body: 'other' });

/** What a protocol reads of a call that sends `one`, and after a 425 a retry. */
async function readOf(hooks: Hooks): Promise<unknown[]> {
  const seen: unknown[] = [];
  const read = ({ body }: { body(): string | undefined }): undefined => void seen.push(body());
  await using stage = await stageFor({ hooks }, { protocols: [protocol({ name: 'Plain', read })] });
  stage.origin.plays(status(425));
  await stage.api.post('orders', { body: 'one' });
  return seen;
}

test.each<[string, Hooks, unknown[]]>([
  ['as the caller gave it', {}, ['one', 'one']],
  [
    'none of a request that a hook puts in its place',
    { beforeRequest: [({ request }) => other(request)] },
    [undefined, undefined],
  ],
  ['none of a retry that a hook may replace', { beforeRetry: [({ request }) => other(request)] }, ['one', undefined]],
  ['none of a retry that a hook forces', { afterResponse: [() => {}] }, ['one', undefined]],
])('a protocol reads the body: %s', async (_, hooks, seen) => {
  expect(await readOf(hooks)).toEqual(seen);
});

test("a wrapped client inside another tells that client's protocols its own body", async () => {
  const seen: unknown[] = [];
  const read = ({ body }: { body(): string | undefined }): undefined => void seen.push(body());
  await using stage = await stageFor({}, { protocols: [protocol({ name: 'Plain', read })] });
  const inside = stage.api;
  const outer = wrapKy(ky.create({ fetch: (input) => inside.post((input as Request).url, { body: 'inner' }) }));

  stage.origin.plays(status(500));
  await rejectionOf(outer.post(stage.origin.url));

  expect(seen).toEqual(['inner']);
});
