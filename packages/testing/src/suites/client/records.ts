import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { listenersOf, openResources } from '../../leaks/open-resources.ts';
import { resetAfterReading } from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import { rejectionOf } from '../../rejection-of.ts';
import { connections } from './connections.ts';
import { type ReportLike, type Subject, stageFor } from './subject.ts';

interface EventLike {
  readonly type: string;
  readonly number?: number;
  readonly attempt?: { readonly number: number };
  readonly report?: ReportLike;
}

/** The records of an operation, and its cleanup. */
export function recordsSuite(subject: Subject): void {
  describe('reports and events', () => {
    test('a report has every attempt, with its outcome, delivery, decision and wait', async () => {
      await using stage = await stageFor(subject, { backoff: () => 7 });
      stage.origin.plays(status(503), resetAfterReading());

      const response = await stage.send(stage.origin.url, { method: 'DELETE' });
      const report = subject.reportOf(response);

      expect(report).toMatchObject({
        method: 'DELETE',
        attempts: [
          {
            number: 1,
            startMs: 0,
            outcome: { type: 'response', status: 503 },
            delivery: 'answered',
            decision: { action: 'retry', reason: 'idempotent-method', waitMs: 7 },
          },
          { number: 2, outcome: { type: 'failure', kind: 'network' }, delivery: 'unknown', decision: { waitMs: 7 } },
          { number: 3, outcome: { status: 200 }, delivery: 'answered', decision: { reason: 'succeeded' } },
        ],
        decision: { action: 'stop', reason: 'succeeded' },
        effect: 'applied',
      });
      const last = report?.attempts[2];
      expect(report?.elapsedMs).toBeCloseTo((last?.startMs ?? 0) + (last?.durationMs ?? 0), 3);
    });

    test('a success at once has a report too', async () => {
      await using stage = await stageFor(subject);

      const report = subject.reportOf(await stage.send(stage.origin.url, { method: 'POST' }));

      expect(report).toMatchObject({ attempts: [{ number: 1 }], effect: 'applied', decision: { reason: 'succeeded' } });
    });

    test('events match the report', async () => {
      const events: EventLike[] = [];
      await using stage = await stageFor(subject, { onEvent: (event: EventLike) => events.push(event) });
      stage.origin.plays(status(503));

      const response = await stage.send(stage.origin.url);

      expect(events.map(({ type, number, attempt }) => [type, number ?? attempt?.number])).toEqual([
        ['operation-start', undefined],
        ['attempt-start', 1],
        ['attempt-end', 1],
        ['retry-scheduled', 2],
        ['attempt-start', 2],
        ['attempt-end', 2],
        ['operation-end', undefined],
      ]);
      expect(events.at(-1)?.report).toEqual(subject.reportOf(response));
    });

    test.each([
      ['throws', () => Promise.reject(new Error('listener'))],
      [
        'rejects',
        () => {
          throw new Error('listener');
        },
      ],
    ])('a listener that %s breaks nothing', async (_, onEvent) => {
      await using stage = await stageFor(subject, { onEvent });
      stage.origin.plays(status(503));

      expect((await stage.send(stage.origin.url)).status).toBe(200);
    });
  });

  describe('what is left behind', () => {
    test('nothing, after a thousand operations: no timer, no listener, no socket', async () => {
      await using stage = await stageFor(subject, { attemptTimeoutMs: 5000, deadlineMs: 20_000, budget: 'none' });
      const { origin, send } = stage;
      const pool = connections(8);
      const { signal } = new AbortController();
      const before = openResources();

      for (let round = 0; round < 100; round++) {
        origin.plays(...(round % 4 === 0 ? [status(503), resetAfterReading()] : []));
        await Promise.all(
          Array.from({ length: 10 }, async (_, index) => {
            const sent = send(origin.url, {
              method: index % 2 === 0 ? 'PUT' : 'POST',
              body: 'x',
              signal,
              dispatcher: pool.dispatcher,
            });
            await (await sent.catch(() => undefined))?.text().catch(() => '');
          }),
        );
      }
      await pool[Symbol.asyncDispose]();
      await turn();

      // fetch itself leaves one for each send until the collector comes.
      expect(listenersOf(signal)).toBeLessThanOrEqual(origin.requests.length);
      expect(timersIn(openResources())).toBeLessThanOrEqual(timersIn(before));
    }, 120_000);

    test("leaves no listener on the caller's signal after a failure", async () => {
      await using stage = await stageFor(subject, { attemptTimeoutMs: 1000 });
      const { signal } = new AbortController();
      stage.origin.plays(resetAfterReading(), resetAfterReading(), resetAfterReading());

      await rejectionOf(stage.send(stage.origin.url, { signal }));
      await turn();

      // fetch itself leaves one for each send until the collector comes.
      expect(listenersOf(signal)).toBeLessThanOrEqual(stage.origin.requests.length);
    });
  });
}

function timersIn(resources: readonly string[]): number {
  return resources.filter((name) => name === 'Timeout').length;
}
