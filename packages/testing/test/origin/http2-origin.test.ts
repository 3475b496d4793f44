import { connect } from 'node:http2';
import { expect, test } from 'vitest';
import { Http2Origin, type StreamAct } from '../../src/origin/http2/http2-origin.ts';

/** Sends one POST with node:http2. Tells its status, or the code with which its stream or its session ended. */
async function post(origin: Http2Origin): Promise<unknown> {
  const session = connect(origin.url, { rejectUnauthorized: false });
  const told = await new Promise((resolve) => {
    session.on('error', () => {}).on('goaway', (_code, lastStream) => resolve(`GOAWAY ${lastStream}`));
    const stream = session.request({ ':method': 'POST' });
    stream.on('error', () => {}).on('response', (headers) => resolve(headers[':status']));
    stream.on('close', () => resolve(`RST ${stream.rstCode}`)).end('order');
  });
  session.destroy();
  return told;
}

test.each<[StreamAct, unknown, number, number]>([
  [{ does: 'answer', status: 201 }, 201, 1, 1],
  [{ does: 'reset', code: 'REFUSED_STREAM', processed: false }, 'RST 7', 1, 0],
  [{ does: 'reset', code: 'INTERNAL_ERROR', processed: true }, 'RST 2', 1, 1],
  [{ does: 'go-away' }, 'GOAWAY 0', 0, 0],
  [{ does: 'go-away-after', code: 0 }, 'GOAWAY 1', 1, 1],
])('%j', async (act, told, received, applied) => {
  await using origin = await Http2Origin.listen();
  origin.plays(act);

  expect(await post(origin)).toBe(told);
  expect([origin.received.length, origin.applied.length]).toEqual([received, applied]);
});

test('a drop ends the connection after the request was processed', async () => {
  await using origin = await Http2Origin.listen();
  origin.plays({ does: 'drop' });

  expect(await post(origin)).toMatch(/^RST/);
  expect(origin.applied).toEqual(['POST']);
});
