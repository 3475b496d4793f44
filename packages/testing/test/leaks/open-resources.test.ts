import { expect, test, vi } from 'vitest';
import { endlessBody, hang, Origin, openResources, slowBody, statusEarly } from '../../src/index.ts';
import { RawClient } from '../support/raw-client.ts';

/** Without timers, because vitest starts and clears its own meanwhile. */
function openSocketsAndServers(): string[] {
  return openResources().filter((name) => name.startsWith('TCP'));
}

test.for([
  { name: 'hang', act: hang() },
  { name: 'slowBody', act: slowBody({ chunks: 2, everyMs: 3_600_000 }) },
  { name: 'endlessBody', act: endlessBody() },
  { name: 'statusEarly', act: statusEarly(503) },
])('an origin closed in the middle of $name closes completely', async ({ act }) => {
  const before = openSocketsAndServers();
  const origin = await Origin.listen();
  origin.plays(act);
  const client = await RawClient.connect(origin.port);
  client.write('GET / HTTP/1.1\r\n\r\n');
  await origin.received(1);
  const during = openSocketsAndServers();

  await origin.close(); // waits for the act and so for its timer: hours, were the timer not cleared
  await client.ending();

  expect(during).toEqual(expect.arrayContaining(['TCPServerWrap', 'TCPSocketWrap']));
  expect(origin.openSockets).toBe(0);
  expect(openSocketsAndServers()).toEqual(before);
});

test('a timer counts as an open resource, stdio does not', () => {
  const before = openResources();

  const timer = setTimeout(() => {}, 3_600_000);
  const during = openResources();
  clearTimeout(timer);

  expect(during.filter((name) => name === 'Timeout')).toHaveLength(
    before.filter((name) => name === 'Timeout').length + 1,
  );
  expect(during).not.toEqual(expect.arrayContaining(['PipeWrap']));
  expect(during).not.toEqual(expect.arrayContaining(['TTYWrap']));
});

test('an origin closed in the middle of a pause leaves no timer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const origin = await Origin.listen();
    origin.plays(slowBody({ chunks: 2, everyMs: 3_600_000 }));
    using client = await RawClient.connect(origin.port);
    client.write('GET / HTTP/1.1\r\n\r\n');
    await client.sees('chunk 1');
    await new Promise((resolve) => setImmediate(resolve));
    const during = vi.getTimerCount();

    await origin.close();

    expect([during, vi.getTimerCount()]).toEqual([1, 0]);
  } finally {
    vi.useRealTimers();
  }
});
