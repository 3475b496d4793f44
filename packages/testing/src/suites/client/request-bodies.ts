import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { processThenReset } from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import type { Origin } from '../../origin/origin.ts';
import { rejectionOf } from '../../rejection-of.ts';
import { type Subject, stageFor } from './subject.ts';

const bytes = new TextEncoder().encode('bytes');

function form(): FormData {
  const data = new FormData();
  data.set('order "7"', 'one\ntwo');
  data.set('file', new File(['content'], 'a "b".txt', { type: 'text/plain' }));
  return data;
}

const REPLAYABLE: readonly (readonly [name: string, make: () => unknown])[] = [
  ['a string', () => 'text'],
  ['URLSearchParams', () => new URLSearchParams({ a: '1', b: 'x y' })],
  ['an ArrayBuffer', () => bytes.slice().buffer],
  ['bytes', () => bytes.subarray(1)],
  ['a Blob', () => new Blob(['blob'], { type: 'text/plain' })],
  ['a File', () => new File(['file'], 'file.txt', { type: 'text/csv' })],
  ['FormData', form],
];

/** Each with a change of it. */
const CHANGED: readonly (readonly [name: string, make: () => [body: unknown, change: () => void]])[] = [
  ['bytes', () => buffer((bytes) => bytes)],
  ['an ArrayBuffer', () => buffer((bytes) => bytes.buffer)],
  ['URLSearchParams', () => settable(new URLSearchParams())],
  ['FormData', () => settable(new FormData())],
];

function buffer(of: (bytes: Uint8Array) => unknown): [body: unknown, change: () => void] {
  const own = new TextEncoder().encode('one');
  return [of(own), () => own.fill(0)];
}

function settable(body: URLSearchParams | FormData): [body: unknown, change: () => void] {
  body.set('order', 'one');
  return [body, () => body.set('order', 'two')];
}

const ONE_SHOT: readonly (readonly [name: string, make: () => unknown])[] = [
  ['a ReadableStream', () => new Blob(['streamed']).stream()],
  ['an async iterable', () => Readable.from([bytes])],
];

/** What is sent as the body of every attempt. */
export function requestBodiesSuite(subject: Subject): void {
  describe('request bodies', () => {
    test.each(REPLAYABLE)('%s arrives the same on every attempt', async (_, make) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(processThenReset(), status(503));

      const response = await stage.send(stage.origin.url, { method: 'PUT', body: make() });

      expect(response.status).toBe(200);
      const [first, ...repeats] = sentBodies(stage.origin);
      expect(first?.text).not.toBe('');
      expect(repeats).toEqual([first, first]);
    });

    test.each(CHANGED)('%s that the caller changes meanwhile arrives as it was', async (_, make) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(status(503));
      const [body, change] = make();

      const sent = stage.send(stage.origin.url, { method: 'PUT', body });
      await stage.origin.received(1);
      change();
      await sent;

      const [first, second] = sentBodies(stage.origin);
      expect(first?.text).toContain('one');
      expect(second).toEqual(first);
    });

    test.each(ONE_SHOT)('%s is never sent again, neither empty nor cut', async (_, make) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(status(503));

      const response = await stage.send(stage.origin.url, { method: 'PUT', body: make(), duplex: 'half' });

      expect(response.status).toBe(503);
      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(response)?.decision.reason).toMatch(/^(body-not-replayable|attempts-exhausted)$/);
    });

    test.each([{}, { attemptHeader: 'X-Attempt' }])(
      'a repeatable Request is resent with its body and headers: %j',
      async (options) => {
        await using stage = await stageFor(subject, options);
        stage.origin.plays(status(503));
        const request = new Request(stage.origin.url, { method: 'PUT', body: 'one', headers: { 'x-mark': 'a' } });

        const response = await stage.send(request);

        expect(response.status).toBe(200);
        expect(stage.origin.requests.map(({ text, headers }) => [text, headers['x-mark']])).toEqual([
          ['one', 'a'],
          ['one', 'a'],
        ]);
      },
    );

    test('a Request that may not be repeated is sent once', async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(processThenReset());

      await rejectionOf(stage.send(new Request(stage.origin.url, { method: 'POST', body: 'one' })));

      expect(stage.origin.requests.map(({ text }) => text)).toEqual(['one']);
    });
  });
}

/** A form's boundary is part of both: compared, it must be the same too. */
function sentBodies({ requests }: Origin): { text: string; type: string | undefined; complete: boolean }[] {
  return requests.map(({ text, headers, bodyComplete }) => ({
    text,
    type: headers['content-type'],
    complete: bodyComplete,
  }));
}
