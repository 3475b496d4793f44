import { describe, expect, test } from 'vitest';
import type { Act } from '../../origin/act.ts';
import { bigBody, endlessBody, slowBody, stalledBody } from '../../origin/acts/bodies.ts';
import { truncate } from '../../origin/acts/broken-answers.ts';
import { status } from '../../origin/acts/status.ts';
import { connections } from './connections.ts';
import { differs, type Subject, stageFor } from './subject.ts';

const NEVER_COMPLETE: [name: string, act: () => Act][] = [
  ['endless', () => endlessBody(503)],
  ['stalled', () => stalledBody(503)],
];

/** The handling of responses that are returned, and of those that are discarded. */
export function responsesSuite(subject: Subject): void {
  const ifStreamed = test.skipIf(differs(subject, 'whole-bodies'));

  describe('responses that nobody will read', () => {
    test.each<[name: string, act: () => Act]>([
      ['small', () => status(503, { body: 'x'.repeat(1000) })],
      ['big', () => bigBody(2_000_000, 503)],
      ...(differs(subject, 'whole-bodies') ? [] : NEVER_COMPLETE),
    ])('a %s one does not hold the retry, with one connection for all', async (_, act) => {
      await using stage = await stageFor(subject);
      await using pool = connections(1);
      stage.origin.plays(act());

      const response = await stage.send(stage.origin.url, { dispatcher: pool.dispatcher });

      expect(await response.text()).toBe('ok');
      expect(stage.origin.requests).toHaveLength(2);
    });

    test('a small one leaves its connection to the retry', async () => {
      await using stage = await stageFor(subject, { backoff: () => 50 });
      await using pool = connections(1);
      stage.origin.plays(status(503, { body: 'x'.repeat(1000) }));

      await stage.send(stage.origin.url, { dispatcher: pool.dispatcher });

      expect(stage.origin.connections).toBe(1);
    });
  });

  describe('responses that are handed over', () => {
    test('the body comes as it is streamed', async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(slowBody({ chunks: 3, everyMs: 5 }));

      const response = await stage.send(stage.origin.url);

      expect(await response.text()).toBe('chunk 1\nchunk 2\nchunk 3\n');
    });

    ifStreamed('without bufferResponseBytes a body that breaks off later is not ours to repeat', async () => {
      await using stage = await stageFor(subject, { bufferResponseBytes: 0 });
      stage.origin.plays(truncate());

      const response = await stage.send(stage.origin.url);

      await expect(response.text()).rejects.toThrow();
      expect(stage.origin.requests).toHaveLength(1);
    });

    test('a small one that breaks off is a failed attempt', async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(truncate());

      const response = await stage.send(stage.origin.url);

      expect(await response.text()).toBe('ok');
      expect(subject.reportOf(response)?.attempts[0]).toMatchObject({
        outcome: { type: 'failure', kind: 'truncated-body' },
        delivery: 'unknown',
      });
    });

    ifStreamed('a POST whose answer breaks off is not repeated, and the answer is handed over as it came', async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(truncate());

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'one' });

      await expect(response.text()).rejects.toThrow();
      expect(stage.origin.applied).toEqual(['POST']);
      expect(subject.reportOf(response)).toMatchObject({ effect: 'applied' });
    });

    test('with bufferResponseBytes a longer body is handed over unread', async () => {
      await using stage = await stageFor(subject, { bufferResponseBytes: 1000 });
      stage.origin.plays(bigBody(50_000));

      const response = await stage.send(stage.origin.url);

      expect(await response.text()).toHaveLength(50_000);
    });
  });
}
