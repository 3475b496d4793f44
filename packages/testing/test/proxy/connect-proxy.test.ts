import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { Origin } from '../../src/origin/origin.ts';
import { ConnectProxy } from '../../src/proxy/connect-proxy.ts';

/** Asks for a tunnel, and sends a request through it if there is one. Tells all that comes back. */
async function ask(proxy: ConnectProxy, origin: Origin): Promise<string> {
  const { port } = new URL(proxy.url);
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
  socket.write(`CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
  let heard = '';
  socket.on('data', (text: string) => {
    heard += text;
    if (text.includes('Connected')) socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  });
  await once(socket, 'close');
  return heard;
}

test.each([
  [undefined, 'HTTP/1.1 200 Connected', 1],
  [{ refuses: 403 } as const, 'HTTP/1.1 403 No', 0],
  ['close' as const, '', 0],
])('a proxy with the instruction %j', async (act, answer, arrived) => {
  await using origin = await Origin.listen();
  await using proxy = await ConnectProxy.listen();
  if (act) proxy.plays(act);

  const heard = await ask(proxy, origin);

  expect(heard.startsWith(answer)).toBe(true);
  expect(heard.includes('ok')).toBe(arrived > 0);
  expect(proxy.asked).toBe(1);
  expect(origin.requests).toHaveLength(arrived);
});
