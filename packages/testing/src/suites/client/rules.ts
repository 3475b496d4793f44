import { describe, expect, test } from 'vitest';
import type { Act } from '../../origin/act.ts';
import { resetAfterReading } from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import { rejectionOf } from '../../rejection-of.ts';
import { type Subject, stageFor } from './subject.ts';

// Google Cloud Storage documents for each method whether it is idempotent, conditionally so, or never. The verb doesn't
// show it.
const GROUPS = ['always', 'with-precondition', 'never'] as const;
const VERBS = ['GET', 'PUT', 'DELETE', 'POST', 'PATCH'];
const RULES = GROUPS.map((repeat) => ({
  url: new RegExp(`/${repeat}(\\?|$)`),
  repeat,
  precondition: ({ url }: { url: string }) => new URL(url).searchParams.has('ifGenerationMatch'),
}));

const FAULTS: readonly (readonly [name: string, act: () => Act, transient: boolean])[] = [
  ...[503, 500, 429, 408, 502, 504].map((code) => [String(code), () => status(code), true] as const),
  ['a reset', resetAfterReading, true],
  ...[400, 401].map((code) => [String(code), () => status(code), false] as const),
];

/** What was declared beats the method, both ways. */
export function rulesSuite(subject: Subject): void {
  describe.each(GROUPS)('a rule says: repeat %s', (group) => {
    describe.each([true, false])('with a precondition: %s', (conditional) => {
      const repeatable = group === 'always' || (group === 'with-precondition' && conditional);
      const target = `${group}${conditional ? '?ifGenerationMatch=7' : ''}`;

      test.each(FAULTS)('after %s', async (_, act, transient) => {
        await using stage = await stageFor(subject, { rules: RULES, budget: 'none' });
        const { origin, send } = stage;
        for (const method of VERBS) {
          origin.plays(act());
          await send(`${origin.url}${target}`, { method }).catch(() => {});
          if (!(repeatable && transient)) continue;
          // The retry met the success that follows.
          expect(origin.applied.at(-1)).toBe(method);
        }

        const each = repeatable && transient ? 2 : 1;
        expect(origin.requests.map(({ method }) => method)).toEqual(
          VERBS.flatMap((method) => Array(each).fill(method)),
        );
      });
    });
  });

  describe('rules', () => {
    test('a method override makes a POST look neither safe nor unsafe', async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(status(503), status(503));

      const overridden = { 'x-http-method-override': 'PUT' };
      expect((await stage.send(stage.origin.url, { method: 'POST', headers: overridden })).status).toBe(503);
      const toPost = { 'x-http-method-override': 'POST' };
      expect((await stage.send(stage.origin.url, { method: 'GET', headers: toPost })).status).toBe(200);
    });

    test('a rule can judge by a method in the query', async () => {
      const rules = [{ method: 'POST', url: /\?method=PUT$/, repeat: 'always' }];
      await using stage = await stageFor(subject, { rules });
      stage.origin.plays(status(503));

      expect((await stage.send(`${stage.origin.url}?method=PUT`, { method: 'POST' })).status).toBe(200);
      stage.origin.plays(status(503));
      expect((await stage.send(`${stage.origin.url}?method=DELETE`, { method: 'POST' })).status).toBe(503);
    });

    test('a status that means "slow down" here is followed by another attempt', async () => {
      await using stage = await stageFor(subject, { rules: [{ url: /\/search$/, transientStatuses: [403] }] });
      stage.origin.plays(status(403));

      expect((await stage.send(`${stage.origin.url}search`)).status).toBe(200);
      stage.origin.plays(status(403));
      expect((await stage.send(`${stage.origin.url}orders`)).status).toBe(403);
    });

    test.each([
      ['PUT', { 'if-match': '"v1"' }, 2],
      ['PATCH', { 'if-match': '"v1"' }, 2],
      ['PATCH', { 'if-match': 'W/"v1"' }, 1],
      ['PATCH', { 'if-match': '*' }, 1],
      ['PATCH', {}, 1],
      ['PUT', { 'if-none-match': '*' }, 2],
      ['POST', { 'if-none-match': '*' }, 1],
    ])('%s with %j: %i requests after a reset', async (method, headers, requests) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(resetAfterReading());

      const sent = stage.send(stage.origin.url, { method, headers });
      if (requests === 1) await rejectionOf(sent);
      else await sent;

      expect(stage.origin.requests).toHaveLength(requests);
    });
  });
}
