import { describe, expect, test } from 'vitest';
import type { Act } from '../../origin/act.ts';
import { closeAfterReading, processThenClose, processThenReset, resetAfterReading } from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import { rejectionOf } from '../../rejection-of.ts';
import { isFetch, type Subject, stageFor } from './subject.ts';

// The IANA HTTP Method Registry, as far as Node's fetch sends it: CONNECT and TRACE are forbidden by the Fetch
// standard.
const REPEATED = (
  'GET HEAD OPTIONS PUT DELETE QUERY PROPFIND REPORT SEARCH ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK MERGE ' +
  'MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE ORDERPATCH PROPPATCH REBIND UNBIND UNCHECKOUT UNLINK UNLOCK ' +
  'UPDATE UPDATEREDIRECTREF VERSION-CONTROL'
).split(' ');
const NOT_REPEATED = ['POST', 'PATCH', 'LOCK', 'BREW'];

const CUTS: readonly (readonly [name: string, act: () => Act])[] = [
  ['a reset before processing', resetAfterReading],
  ['a reset after processing', processThenReset],
  ['a close before processing', closeAfterReading],
  ['a close after processing', processThenClose],
];
const TRANSIENT = [408, 429, 500, 502, 503, 504, 520, 524, 530];
const FINAL = [400, 401, 403, 404, 409, 410, 412, 413, 422, 501, 505, 507, 508];

/** What is repeated, and what is not, by method, fault and status. */
export function methodsSuite(subject: Subject): void {
  describe('methods', () => {
    test.each(REPEATED)('%s is repeated after 503', async (method) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(status(503));

      const response = await stage.send(stage.origin.url, { method });

      expect(response.status).toBe(200);
      expect(stage.origin.requests.map((request) => request.method)).toEqual([method, method]);
    });

    test.each(NOT_REPEATED)('%s is not repeated after 503: the caller gets it', async (method) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(status(503));

      const response = await stage.send(stage.origin.url, { method });

      expect(response.status).toBe(503);
      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(response)).toMatchObject({
        decision: { action: 'stop', reason: 'not-repeatable' },
        effect: 'maybe-applied',
      });
    });

    test.each(CUTS)('PUT is repeated after %s', async (_, act) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(act());

      const response = await stage.send(stage.origin.url, { method: 'PUT', body: 'one' });

      expect(await response.text()).toBe('ok');
      expect(stage.origin.requests.map(({ text }) => text)).toEqual(['one', 'one']);
      expect(subject.reportOf(response)).toMatchObject({ effect: 'applied' });
    });

    test.each(CUTS)('POST is not repeated after %s', async (_, act) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(act());

      const error = await rejectionOf(stage.send(stage.origin.url, { method: 'POST', body: 'one' }));

      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(error)).toMatchObject({
        attempts: [{ delivery: 'unknown' }],
        decision: { reason: 'not-repeatable' },
        effect: 'maybe-applied',
      });
    });

    test.each(TRANSIENT)('GET is repeated after %i', async (code) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(status(code));

      expect((await stage.send(stage.origin.url)).status).toBe(200);
      expect(stage.origin.requests).toHaveLength(2);
    });

    test.each(FINAL)('GET is not repeated after %i', async (code) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(status(code));

      expect((await stage.send(stage.origin.url)).status).toBe(code);
      expect(stage.origin.requests).toHaveLength(1);
    });

    test.each([421, 425])('POST is repeated after %i: it was not processed', async (code) => {
      await using stage = await stageFor(subject);
      // fetch itself repeats a 421 once, on a new connection.
      stage.origin.plays(status(code), ...(code === 421 && isFetch(subject) ? [status(code)] : []));

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'one' });

      expect(response.status).toBe(200);
      expect(stage.origin.applied).toEqual(['POST']);
      expect(subject.reportOf(response)?.attempts[0]).toMatchObject({ delivery: 'refused' });
    });

    test('POST is repeated after a status that is declared to be refused', async () => {
      await using stage = await stageFor(subject, { refusedStatuses: [503] });
      stage.origin.plays(status(503));

      expect((await stage.send(stage.origin.url, { method: 'POST' })).status).toBe(200);
      expect(stage.origin.requests).toHaveLength(2);
    });

    test('a server can forbid a retry, and never makes a repeat safe', async () => {
      await using stage = await stageFor(subject);
      const { origin, send } = stage;

      origin.plays(status(503, { headers: { 'x-should-retry': 'false' } }));
      expect((await send(origin.url)).status).toBe(503);
      origin.plays(status(400, { headers: { 'x-should-retry': 'true' } }));
      expect((await send(origin.url)).status).toBe(200);
      origin.plays(status(400, { headers: { 'x-should-retry': 'true' } }));
      expect((await send(origin.url, { method: 'POST' })).status).toBe(400);

      expect(origin.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST']);
    });

    test("the caller's option overrides the method, both ways", async () => {
      await using stage = await stageFor(subject);
      const { origin, send } = stage;

      origin.plays(status(503));
      expect((await send(origin.url, { method: 'POST', retry: { idempotent: true } })).status).toBe(200);
      origin.plays(status(503));
      expect((await send(origin.url, { method: 'PUT', retry: { idempotent: false } })).status).toBe(503);
    });

    test('no more than maxAttempts are sent, and the last response is handed over', async () => {
      await using stage = await stageFor(subject, { maxAttempts: 4 });
      stage.origin.plays(status(500), status(502), status(503), status(504));

      const response = await stage.send(stage.origin.url);

      expect(response.status).toBe(504);
      expect(subject.reportOf(response)?.attempts.map(({ outcome }) => outcome.status)).toEqual([500, 502, 503, 504]);
      expect(subject.reportOf(response)?.decision).toEqual({ action: 'stop', reason: 'attempts-exhausted' });
    });
  });
}
