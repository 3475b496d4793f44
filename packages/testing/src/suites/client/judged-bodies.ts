import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Act } from '../../origin/act.ts';
import { stalledBody } from '../../origin/acts/bodies.ts';
import { resetAfterReading } from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import { rejectionOf } from '../../rejection-of.ts';
import { differs, LIMIT_MS, type Subject, stageFor } from './subject.ts';

const PAGE = 'https://api.example/docs/limits';
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

interface Seen {
  readonly status: number;
  readonly text: string;
}

/** A judge for bodies that say what they are: `{"is":"refused"}`. */
function plainJudge(more: Readonly<Record<string, unknown>> = {}) {
  const seen: Seen[] = [];
  const answers: Readonly<Record<string, object>> = {
    refused: { verdict: 'transient', subject: 'plain refusal', refused: PAGE, ...more },
    busy: { verdict: 'transient', subject: 'plain trouble', ...more },
    over: { verdict: 'final', subject: 'plain end' },
    fine: { verdict: 'success', subject: 'plain success' },
    nonsense: { verdict: 'maybe', subject: 'plain nonsense' },
    promised: Promise.resolve(),
  };
  const judge = (response: { readonly status: number }, text: string) => {
    seen.push({ status: response.status, text });
    const said = /"is":"([a-z]+)"/.exec(text)?.[1] ?? '';
    if (said === 'broken') throw new Error('cannot judge it');
    return answers[said];
  };
  return Object.assign(judge, { seen });
}

const saying = (is: string, code = 200, headers: Readonly<Record<string, string>> = {}): Act =>
  status(code, {
    body: JSON.stringify({ is }),
    headers: { ...JSON_TYPE, ...headers },
    applies: is !== 'refused' && code < 300,
  });

/** The body, unless the client reads those of errors by itself, as ky does. */
const bodyOf = async (response: Response, expected: string): Promise<string> =>
  response.bodyUsed ? expected : response.text();

const order = { method: 'POST', body: 'order' };

/** Bodies that refuse or fail, by a rule or a protocol. */
export function judgedBodiesSuite(subject: Subject): void {
  describe('judged bodies', () => {
    test.each([200, 400, 403])('a POST that a %i refuses in its body is sent again', async (code) => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge() }] });
      stage.origin.plays(saying('refused', code), saying('fine', 201));

      const response = await stage.send(stage.origin.url, order);

      expect(await response.json()).toEqual({ is: 'fine' });
      expect(stage.origin.applied).toEqual(['POST']);
      const report = subject.reportOf(response);
      expect(report?.attempts[0]).toMatchObject({
        delivery: 'refused',
        outcome: { status: code, answer: { subject: 'plain refusal', refused: PAGE } },
        decision: { action: 'retry', reason: 'refused' },
      });
      expect(report?.decision.reason).toBe('succeeded');
      expect(report?.effect).toBe('applied');
    });

    test.each([200, 400])('a POST that got trouble in a %i without a refusal is sent once', async (code) => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge() }] });
      stage.origin.plays(saying('busy', code));

      const response = await stage.send(stage.origin.url, order);

      expect([response.status, await bodyOf(response, '{"is":"busy"}')]).toEqual([code, '{"is":"busy"}']);
      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(response)?.decision.reason).toBe('not-repeatable');
      expect(subject.reportOf(response)?.effect).toBe('maybe-applied');
    });

    test.each([200, 400])('a GET that got trouble in a %i is sent again', async (code) => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge() }] });
      stage.origin.plays(saying('busy', code), saying('busy', code));

      const response = await stage.send(stage.origin.url);

      expect(response.status).toBe(200);
      expect(stage.origin.requests).toHaveLength(3);
    });

    test('a refusal after an attempt in doubt proves nothing', async () => {
      const rules = [{ judge: plainJudge(), transientStatuses: [] }];
      await using stage = await stageFor(subject, { rules });
      stage.origin.plays(resetAfterReading(), saying('refused'));

      const put = await stage.send(stage.origin.url, { method: 'PUT', body: 'order', retry: { idempotent: true } });

      expect(put.status).toBe(200);
      expect(subject.reportOf(put)?.attempts.map(({ decision }) => decision.reason)).toEqual([
        'declared-repeatable',
        'declared-repeatable',
        'succeeded',
      ]);
    });

    test('a status that would be transient is final, if the body says so', async () => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge() }] });
      stage.origin.plays(saying('over', 503));

      const response = await stage.send(stage.origin.url);

      expect([response.status, await bodyOf(response, '{"is":"over"}')]).toEqual([503, '{"is":"over"}']);
      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(response)?.decision.reason).toBe('final-body');
    });

    test('a POST whose 200 is an error may have taken effect', async () => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge() }] });
      stage.origin.plays(saying('over'));

      const response = await stage.send(stage.origin.url, order);

      expect(await response.text()).toBe('{"is":"over"}');
      expect(subject.reportOf(response)?.effect).toBe('maybe-applied');
      expect(subject.reportOf(response)?.effectReason).toBe('unclear-response');
    });

    test('a wait in the body counts as one in a header', async () => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge({ waitMs: 61_000 }) }] });
      stage.origin.plays(saying('refused'));

      const response = await stage.send(stage.origin.url, order);

      expect(await response.text()).toBe('{"is":"refused"}');
      expect(subject.reportOf(response)?.decision.reason).toBe('pushback-too-long');
      expect(subject.reportOf(response)?.effect).toBe('not-applied');
    });

    test('a refusal says nothing about the attempt after it', async () => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge() }] });
      stage.origin.plays(saying('refused'), resetAfterReading());

      const settled = await stage.send(stage.origin.url, order).catch((error: unknown) => error);

      expect(stage.origin.requests).toHaveLength(2);
      // The response in hand outranks the failure. got's loop can't go back to it.
      if (settled instanceof Response) expect(await settled.text()).toBe('{"is":"refused"}');
      else expect(subject.name).toContain('got');
      expect(subject.reportOf(settled)?.effect).toBe('maybe-applied');
    });

    test('the last of several refusals is the caller’s', async () => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge() }] });
      stage.origin.plays(saying('refused'), saying('refused'), saying('refused', 200, { 'x-number': '3' }));

      const response = await stage.send(stage.origin.url, order);

      expect(response.headers.get('x-number')).toBe('3');
      expect(await response.text()).toBe('{"is":"refused"}');
      expect(subject.reportOf(response)?.decision.reason).toBe('attempts-exhausted');
      expect(subject.reportOf(response)?.effect).toBe('not-applied');
    });

    test.each([
      ['text', 'text/plain', 10],
      ['an event stream', 'text/event-stream', 10],
      ['parts', 'multipart/mixed; boundary="json"', 10],
      ['a stream of JSON', 'application/x-ndjson', 10],
      ['more than 64 KiB', 'application/json', 65_537],
      ['64 KiB of XML', 'application/soap+xml', 65_536],
    ])('a body of %s', async (_, type, length) => {
      const judge = plainJudge();
      await using stage = await stageFor(subject, { rules: [{ judge }] });
      const body = 'x'.repeat(length);
      stage.origin.plays(status(200, { body, headers: { 'content-type': type } }));

      const response = await stage.send(stage.origin.url, order);

      expect(await response.text()).toBe(body);
      expect(judge.seen).toEqual([{ status: 200, text: length === 65_536 ? body : '' }]);
    });

    test('a body that is longer than 64 KiB once decoded is not shown', async () => {
      const judge = plainJudge();
      await using stage = await stageFor(subject, { rules: [{ judge }] });
      const body = gzipSync('x'.repeat(65_537));
      stage.origin.plays(status(200, { body, headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } }));

      const response = await stage.send(stage.origin.url, order);

      await response.arrayBuffer();
      expect(judge.seen).toEqual([{ status: 200, text: '' }]);
    });

    test.each([
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ])('a body in %s is decoded', async (coding, encode) => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge() }] });
      const headers = { ...JSON_TYPE, 'content-encoding': coding };
      stage.origin.plays(status(200, { body: encode('{"is":"refused"}'), headers, applies: false }));

      await stage.send(stage.origin.url, order);

      expect(stage.origin.applied).toEqual(['POST']);
    });

    test('a judge that does not want a response never sees it', async () => {
      const judge = plainJudge();
      const wants = ({ status }: { status: number }) => status >= 400;
      await using stage = await stageFor(subject, { rules: [{ judge: Object.assign(judge, { wants }) }] });
      stage.origin.plays(saying('busy'));

      const response = await stage.send(stage.origin.url);

      expect(await response.text()).toBe('{"is":"busy"}');
      expect(judge.seen).toEqual([]);
      expect(stage.origin.requests).toHaveLength(1);
    });

    test.each(['broken', 'nonsense', 'promised'])('a judge that is %s ends the operation', async (is) => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge() }] });
      stage.origin.plays(saying(is, 503));

      const response = await stage.send(stage.origin.url);

      expect([response.status, await bodyOf(response, `{"is":"${is}"}`)]).toEqual([503, `{"is":"${is}"}`]);
      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(response)?.decision.reason).toBe('callback-failed');
    });

    test('each member of an answer is read once, and no `then` is waited for', async () => {
      let reads = 0;
      const answer = {
        verdict: 'transient',
        subject: 'plain trouble',
        // Permits a repeat, but only to who reads it again.
        get refused() {
          return reads++ === 0 ? undefined : PAGE;
        },
        // biome-ignore lint/suspicious/noThenProperty: that it is there is the point
        then: () => {},
      };
      await using stage = await stageFor(subject, { rules: [{ judge: () => answer }] });
      stage.origin.plays(status(503, { applies: true }), status(200));

      const response = await stage.send(stage.origin.url, order);

      expect(response.status).toBe(503);
      expect(subject.reportOf(response)).toMatchObject({
        effect: 'maybe-applied',
        decision: { reason: 'not-repeatable' },
      });
      expect(stage.origin.applied).toEqual(['POST']);
    });

    test('a protocol judges the responses to its requests only, and a rule comes first', async () => {
      const judge = plainJudge();
      const protocol = {
        name: 'Plain speech',
        read: ({ url }: { url: string }) =>
          url.endsWith('/ours') ? { subject: 'plain', semantics: 'safe' } : undefined,
        judge,
      };
      const rules = [{ url: /ruled/, judge: () => ({ verdict: 'final', subject: 'rule' }) }];
      await using stage = await stageFor(subject, { protocols: [protocol], rules });
      stage.origin.plays(saying('busy'), saying('fine'), saying('busy'), saying('busy'));

      await stage.send(`${stage.origin.url}ours`, order);
      await stage.send(`${stage.origin.url}theirs`, order);
      const ruled = await stage.send(`${stage.origin.url}ruled/ours`, order);

      expect(stage.origin.requests.map(({ target }) => target)).toEqual(['/ours', '/ours', '/theirs', '/ruled/ours']);
      expect(judge.seen).toHaveLength(2);
      expect(subject.reportOf(ruled)?.decision.reason).toBe('final-body');
    });

    test.skipIf(differs(subject, 'whole-bodies'))(
      'a body that does not end is looked at within the attempt',
      async () => {
        const judge = plainJudge();
        await using stage = await stageFor(subject, { rules: [{ judge }], attemptTimeoutMs: LIMIT_MS });
        stage.origin.plays(stalledBody(200, { headers: JSON_TYPE }));

        const reader = new AbortController();
        const response = await stage.send(stage.origin.url, { ...order, signal: reader.signal });

        expect(response.status).toBe(200);
        expect(judge.seen).toEqual([{ status: 200, text: '' }]);
        reader.abort();
      },
    );

    test.each([
      ['while a body is judged', {}, () => stalledBody(200, { headers: JSON_TYPE })],
      ['during a wait that the body asked for', { waitMs: 50_000 }, () => saying('refused')],
    ])('an abort %s is answered immediately', async (_, answer, act) => {
      await using stage = await stageFor(subject, { rules: [{ judge: plainJudge(answer) }] });
      stage.origin.plays(act());
      const caller = new AbortController();

      const sent = stage.send(stage.origin.url, { ...order, signal: caller.signal });
      await stage.origin.received(1);
      setTimeout(() => caller.abort(new Error('enough')), LIMIT_MS / 5);

      expect((await rejectionOf(sent)).message).toBe('enough');
      expect(stage.origin.requests).toHaveLength(1);
    });
  });
}
