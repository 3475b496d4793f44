import { describe, expect, test, vi } from 'vitest';
import { ResponseHold } from '../../src/fetch/response-hold.ts';

const KINDS = ['onHeaders', 'onResponseStart'] as const;

/** A handler of either kind, and what its own callback for a response's start was given. */
function held(kind: (typeof KINDS)[number]) {
  const after = vi.fn((_ms: number, _callback: () => void, _shared?: boolean) => () => {});
  const starts = vi.fn(() => false);
  const handler: Record<string, unknown> = { [kind]: starts };
  if (kind === 'onResponseStart') handler.onRequestStart = () => {};
  new ResponseHold(100, { after }, () => true).install(handler);
  const start = handler[kind] as (...given: unknown[]) => unknown;
  const respond = (status: number, headers: unknown): unknown =>
    kind === 'onHeaders' ? start(status, headers) : start({}, status, headers);
  return { after, starts, handler, respond };
}

const length = (bytes: number) => ['Content-Length', String(bytes)].map((text) => Buffer.from(text));

describe.each(KINDS)('%s', (kind) => {
  test('a callback that the handler lacks is not added', () => {
    const names = kind === 'onHeaders' ? ['onHeaders'] : ['onResponseStart', 'onRequestStart'];

    expect(Object.keys(held(kind).handler)).toEqual(names);
  });

  test('an informational response is passed on, and does not wait for a reader', () => {
    const { starts, respond } = held(kind);

    expect(respond(103, [])).toBe(true);
    expect(starts).toHaveBeenCalledOnce();
  });

  test.each([
    [200, 0],
    [299, 0],
    [300, 1],
    [204, 1],
    [205, 1],
  ])('a %i with a small body begins at once: %i', (status, calls) => {
    const { starts, respond } = held(kind);

    respond(status, length(5));

    expect(starts).toHaveBeenCalledTimes(calls);
  });

  test.each([[null], [undefined], [{}], [[]]])('a response without headers (%j) begins at once', (headers) => {
    const { starts, respond } = held(kind);

    respond(200, headers);

    expect(starts).toHaveBeenCalledOnce();
  });

  test("headers whose names are as long as those that count don't count", () => {
    const { starts, respond } = held(kind);
    const others = ['x-order-number', '5000', 'x-request-id', 'text/event-stream', 'Content-Lenght', '7000'];

    respond(200, [...others.map((text) => Buffer.from(text)), ...length(5)]);

    expect(starts).not.toHaveBeenCalled();
  });

  test('all that wait share one timer', async () => {
    const { after, respond } = held(kind);

    respond(200, length(5));
    await Promise.resolve();

    expect(after.mock.calls).toEqual([[1000, expect.any(Function), true]]);
  });
});
