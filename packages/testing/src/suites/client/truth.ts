import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Act } from '../../origin/act.ts';
import { garbage, truncate } from '../../origin/acts/broken-answers.ts';
import {
  closeAfterReading,
  processThenClose,
  processThenReset,
  resetAfterReading,
  resetBeforeReading,
} from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import { connections } from './connections.ts';
import {
  type AttemptLike,
  type ReportLike,
  type RequestInitLike,
  type Stage,
  type Subject,
  stageFor,
} from './subject.ts';

const ACTS: readonly (() => Act)[] = [
  () => status(200),
  () => status(201),
  () => status(503),
  () => status(502, { applies: true }),
  () => status(500, { applies: true }),
  () => status(429, { applies: true }),
  () => status(425),
  () => status(409),
  () => status(404),
  () => status(422),
  resetBeforeReading,
  resetAfterReading,
  closeAfterReading,
  processThenReset,
  processThenClose,
  truncate,
  garbage,
];

const METHODS = ['GET', 'PUT', 'DELETE', 'POST', 'PATCH', 'LOCK'];
/** Statuses that leave open how far a request came. */
const UNCLEAR: ReadonlySet<number> = new Set([429, 500, 502, 503]);
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'PUT', 'DELETE']);

interface Story {
  readonly method: string;
  readonly acts: readonly (() => Act)[];
}

const story: fc.Arbitrary<Story> = fc.record({
  method: fc.constantFrom(...METHODS),
  acts: fc.array(fc.constantFrom(...ACTS), { maxLength: 4 }),
});

/** What a client says of the effect, against what the origin knows. */
export function truthSuite(subject: Subject): void {
  describe('over generated stories', () => {
    test('never reports a wrong effect, never doubts without cause, never applies twice', async () => {
      await using stage = await stageFor(subject, { maxAttempts: 4, budget: 'none' });
      await using pool = connections(4);

      await fc.assert(
        fc.asyncProperty(story, async (given) => {
          const told = await tell(stage, given, { dispatcher: pool.dispatcher });
          const report = subject.reportOf(told.settled);

          expect(told.sent).toBe(report?.attempts.length);
          if (given.method !== 'GET') expectTruth(report, told.applied);
          if (!REPEATABLE.has(given.method)) expect(told.applied).toBeLessThanOrEqual(1);
        }),
        { numRuns: 1500 },
      );
    }, 120_000);
  });
}

interface Told {
  readonly settled: unknown;
  /** Requests that reached the origin. */
  readonly sent: number;
  /** How often the origin applied the operation. */
  readonly applied: number;
}

async function tell({ origin, send }: Stage, { method, acts }: Story, init: RequestInitLike): Promise<Told> {
  const [applied, sent] = [origin.applied.length, origin.requests.length];
  origin.plays(...acts.map((act) => act()));
  const settled: unknown = await send(origin.url, { ...init, method }).catch((error: unknown) => error);
  if (settled instanceof Response) await settled.text().catch(() => {});
  const told = { settled, sent: origin.requests.length - sent, applied: origin.applied.length - applied };

  // What is left of the script must not meet the next story.
  for (let left = acts.length - told.sent; left > 0; left--) {
    const response = await fetch(origin.url, { method: 'POST' }).catch(() => undefined);
    await response?.text().catch(() => {});
  }
  return told;
}

function expectTruth(report: ReportLike | undefined, applied: number): void {
  if (report?.effect === 'applied') expect(applied).toBeGreaterThan(0);
  else if (report?.effect === 'not-applied') expect(applied).toBe(0);
  else expect(report?.attempts).toContainEqual(expect.toSatisfy(isInDoubt));
}

function isInDoubt({ outcome, delivery }: AttemptLike): boolean {
  return delivery === 'unknown' || UNCLEAR.has(Number(outcome.status));
}
