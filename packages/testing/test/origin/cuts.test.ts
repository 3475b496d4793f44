import { expect, test } from 'vitest';
import {
  type Act,
  closeAfterReading,
  hang,
  Origin,
  processThenClose,
  processThenHang,
  processThenReset,
  resetAfterReading,
  resetBeforeReading,
  resetOnAccept,
} from '../../src/index.ts';
import { failureCode, RawClient } from '../support/raw-client.ts';

const POST = 'POST /orders HTTP/1.1\r\nhost: here\r\ncontent-length: 4\r\n\r\nbody';

interface Cut {
  readonly name: string;
  readonly act: () => Act;
  readonly ending: 'ended' | 'reset';
  readonly applied: readonly string[];
  readonly text: string;
}

const CUTS: readonly Cut[] = [
  { name: 'resetBeforeReading', act: resetBeforeReading, ending: 'reset', applied: [], text: '' },
  { name: 'resetAfterReading', act: resetAfterReading, ending: 'reset', applied: [], text: 'body' },
  { name: 'processThenReset', act: processThenReset, ending: 'reset', applied: ['POST'], text: 'body' },
  { name: 'closeAfterReading', act: closeAfterReading, ending: 'ended', applied: [], text: 'body' },
  { name: 'processThenClose', act: processThenClose, ending: 'ended', applied: ['POST'], text: 'body' },
];

test.for(CUTS)('$name ends the connection without an answer: $ending, applied $applied', async (cut) => {
  await using origin = await Origin.listen();
  origin.plays(cut.act());
  using client = await RawClient.connect(origin.port);

  client.write(POST);

  expect(await client.ending()).toBe(cut.ending);
  expect(client.received).toBe('');
  expect(origin.applied).toEqual(cut.applied);
  expect(origin.requests).toHaveLength(1);
  expect(origin.requests[0]).toMatchObject({ method: 'POST', text: cut.text, bodyComplete: cut.text === 'body' });
});

test.for(CUTS)('$name makes fetch fail, and the request after it succeeds', async (cut) => {
  await using origin = await Origin.listen();
  origin.plays(cut.act());

  const code = await failureCode(fetch(origin.url, { method: 'POST', body: 'body' }));
  const after = await fetch(origin.url);

  expect(code).toBe(cut.ending === 'reset' ? 'ECONNRESET' : 'UND_ERR_SOCKET');
  expect(after.status).toBe(200);
});

test('a request without a body is complete even when it is cut before reading', async () => {
  await using origin = await Origin.listen();
  origin.plays(resetBeforeReading());

  await failureCode(fetch(origin.url));

  expect(origin.requests[0]).toMatchObject({ method: 'GET', bodyComplete: true });
});

test('resetOnAccept resets a connection before anything is read', async () => {
  await using origin = await Origin.listen();
  origin.plays(resetOnAccept());

  const code = await failureCode(fetch(origin.url, { method: 'POST', body: 'body' }));

  expect(code).toMatch(/^(ECONNRESET|UND_ERR_SOCKET|EPIPE)$/);
  expect(origin.connections).toBe(1);
  expect(origin.requests).toEqual([]);
  expect(origin.applied).toEqual([]);
});

test.for([
  { name: 'hang', act: hang, applied: [] },
  { name: 'processThenHang', act: processThenHang, applied: ['POST'] },
])('$name reads the request and stays silent until the client goes', async ({ act, applied }) => {
  await using origin = await Origin.listen();
  origin.plays(act());
  const client = new AbortController();
  const attempt = fetch(origin.url, { method: 'POST', body: 'body', signal: client.signal });
  const failure = expect(attempt).rejects.toThrow('enough');
  await origin.received(1);
  await expect.poll(() => origin.requests[0]?.bodyComplete).toBe(true);

  client.abort(new Error('enough'));
  await failure;

  await expect.poll(() => origin.openSockets).toBe(0);
  expect(origin.applied).toEqual(applied);
});
