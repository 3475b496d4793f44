import { describe, expect, test } from 'vitest';
import { processThenReset } from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import { type RequestInitLike, type Send, type Subject, stageFor } from './subject.ts';

const BUSY = Array.from({ length: 12 }, () => status(503, { applies: true, body: 'busy' }));

/** An SDK's own loop: it calls again after every failure, three times in all. */
async function loop(send: Send, url: string, init: (attempt: number) => RequestInitLike): Promise<unknown> {
  let settled: unknown;
  for (let attempt = 0; attempt < 3; attempt++) {
    settled = await send(url, init(attempt)).catch((error: unknown) => error);
    if (settled instanceof Response && settled.ok) break;
  }
  return settled;
}

/**
 * A loop above the client repeats what the client refused to: that is one more attempt of the same operation. For
 * clients that SDKs take; those with a loop of their own (ky, got) are the loop.
 *
 * @example
 * outerRetriesSuite({ name: 'wrapFetch', wrap: (options) => wrapFetch(undefined, options), reportOf });
 */
export function outerRetriesSuite(subject: Subject): void {
  describe('loops above the client', () => {
    const post = { method: 'POST', body: 'order' };
    const counted = (attempt: number) => ({ ...post, headers: { 'x-stainless-retry-count': String(attempt) } });

    test.each([
      ['judged', { outerRetries: 'judge' }, () => post],
      ['counted by its headers', {}, counted],
    ])('a POST that may have been processed arrives once: %s', async (_, options, init) => {
      await using stage = await stageFor(subject, options);
      stage.origin.plays(processThenReset(), processThenReset(), processThenReset());

      const settled = await loop(stage.send, stage.origin.url, init);

      expect(stage.origin.applied).toEqual(['POST']);
      expect(subject.reportOf(settled)).toMatchObject({
        attempts: [],
        decision: { reason: 'outer-retry-refused' },
        effect: 'maybe-applied',
      });
    });

    test('the refused repeat gets the previous response again', async () => {
      await using stage = await stageFor(subject, { outerRetries: 'judge' });
      stage.origin.plays(...BUSY);

      for (let call = 1; call <= 3; call++) {
        const response = await stage.send(stage.origin.url, post);

        expect([response.status, await response.text()]).toEqual([503, 'busy']);
      }
      expect(stage.origin.applied).toEqual(['POST']);
    });

    test('a GET is not multiplied', async () => {
      await using stage = await stageFor(subject, { outerRetries: 'judge' });
      stage.origin.plays(...BUSY);

      await loop(stage.send, stage.origin.url, () => ({}));

      expect(stage.origin.requests).toHaveLength(5);
    });

    test('a longer loop sends a GET five times, and its error has the report', async () => {
      await using stage = await stageFor(subject, { outerRetries: 'judge' });
      stage.origin.plays(...BUSY);

      await loop(stage.send, stage.origin.url, () => ({}));
      const settled = await loop(stage.send, stage.origin.url, () => ({}));

      expect(stage.origin.requests).toHaveLength(5);
      expect((settled as Response).status).toBe(503);
      expect(subject.reportOf(settled)).toMatchObject({ attempts: [], decision: { reason: 'attempts-exhausted' } });
    });

    test('without proof and option, every call is its own operation', async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(...BUSY);

      await loop(stage.send, stage.origin.url, () => post);

      expect(stage.origin.requests).toHaveLength(3);
    });

    test('a new key, another body or a certain outcome make a new operation', async () => {
      await using stage = await stageFor(subject, { outerRetries: 'judge', maxAttempts: 1 });
      const { origin, send } = stage;
      origin.plays(processThenReset(), processThenReset(), status(422));

      await send(origin.url, { ...post, headers: { 'idempotency-key': 'a' } }).catch(() => {});
      await send(origin.url, { ...post, headers: { 'idempotency-key': 'b' } }).catch(() => {});
      await send(origin.url, { ...post, body: 'another order' });
      await send(origin.url, { ...post, body: 'another order' });

      expect(origin.requests).toHaveLength(4);
    });

    test('the repeat carries the key that was generated for the first call', async () => {
      const scheme = { header: 'Idempotency-Key', format: 'bare', methods: ['POST'], maxLength: 255 };
      const idempotencyKey = { ...scheme, windowMs: 60_000, inFlightStatuses: [] };
      await using stage = await stageFor(subject, { outerRetries: 'judge', maxAttempts: 1, idempotencyKey });
      stage.origin.plays(processThenReset());

      await loop(stage.send, stage.origin.url, () => post);

      const keys = stage.origin.requests.map(({ headers }) => headers['idempotency-key']);
      expect(keys).toEqual([keys[0], keys[0]]);
    });
  });
}
