import { describe, expect, test } from 'vitest';
import { truncate } from '../../origin/acts/broken-answers.ts';
import { resetAfterReading } from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import { rejectionOf } from '../../rejection-of.ts';
import { type Subject, stageFor } from './subject.ts';

interface Request {
  readonly method: string;
  readonly url: string;
  body(): string | undefined;
}

/** A protocol whose requests say in their body, or in their query, what they are: `{"is":"safe"}`. */
function plainSpeech() {
  let asked = 0;
  return {
    name: 'Plain speech',
    get asked() {
      return asked;
    },
    read({ url, body }: Request) {
      asked++;
      const said = new URL(url).searchParams.get('is') ?? /"is":"([a-z]+)"/.exec(body() ?? '')?.[1];
      if (said === 'broken') throw new Error('cannot read it');
      return said ? { subject: `plain ${said} request`, semantics: said } : undefined;
    },
  };
}

const json = (is: string) => ({ body: JSON.stringify({ is }), headers: { 'content-type': 'application/json' } });

/** What a request means beyond its method. */
export function protocolsSuite(subject: Subject): void {
  describe('protocols', () => {
    test.each([
      ['safe', 2, 'protocol-safe', 'not-applied'],
      ['idempotent', 2, 'protocol-idempotent', 'applied'],
    ])('a POST that is %s is sent again after a reset', async (is, requests, reason, effect) => {
      await using stage = await stageFor(subject, { protocols: [plainSpeech()] });
      const { origin } = stage;
      origin.plays(resetAfterReading());

      const response = await stage.send(origin.url, { method: 'POST', ...json(is) });

      expect(origin.requests).toHaveLength(requests);
      expect(origin.requests.map(({ body }) => new TextDecoder().decode(body))).toEqual(
        Array(requests).fill(json(is).body),
      );
      const report = subject.reportOf(response);
      expect(report?.attempts[0]?.decision).toMatchObject({ action: 'retry', reason, subject: `plain ${is} request` });
      expect(report?.effect).toBe(effect);
    });

    test.each([
      ['unsafe', 'protocol-unsafe'],
      ['method', 'not-repeatable'],
    ])('a POST that is %s is sent once', async (is, reason) => {
      await using stage = await stageFor(subject, { protocols: [plainSpeech()] });
      stage.origin.plays(resetAfterReading());

      const error = await rejectionOf(stage.send(stage.origin.url, { method: 'POST', ...json(is) }));

      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(error)?.decision).toEqual({ action: 'stop', reason, subject: `plain ${is} request` });
      expect(subject.reportOf(error)?.effect).toBe('maybe-applied');
    });

    test('a GET that is unsafe is sent once', async () => {
      await using stage = await stageFor(subject, { protocols: [plainSpeech()] });
      stage.origin.plays(resetAfterReading());

      await rejectionOf(stage.send(`${stage.origin.url}?is=unsafe`));

      expect(stage.origin.requests).toHaveLength(1);
    });

    test('a protocol that throws permits nothing', async () => {
      await using stage = await stageFor(subject, { protocols: [plainSpeech()] });
      stage.origin.plays(status(503));

      const response = await stage.send(`${stage.origin.url}?is=broken`);

      expect(response.status).toBe(503);
      expect(stage.origin.requests).toHaveLength(1);
    });

    test('a success asks no protocol', async () => {
      const protocol = plainSpeech();
      await using stage = await stageFor(subject, { protocols: [protocol] });

      await stage.send(stage.origin.url, { method: 'POST', ...json('safe') });
      await stage.send(`${stage.origin.url}?is=safe`);

      expect(protocol.asked).toBe(0);
    });

    test("a rule and the caller's option come first", async () => {
      const rules = [{ url: /\/forbidden$/, repeat: 'never' }];
      await using stage = await stageFor(subject, { protocols: [plainSpeech()], rules });
      stage.origin.plays(status(503), status(503));

      const forbidden = await stage.send(`${stage.origin.url}forbidden`, { method: 'POST', ...json('safe') });
      const denied = await stage.send(stage.origin.url, {
        method: 'POST',
        ...json('safe'),
        retry: { idempotent: false },
      });

      expect([forbidden.status, denied.status]).toEqual([503, 503]);
      expect(stage.origin.requests).toHaveLength(2);
    });

    test('a response that breaks off is a failed attempt of a safe POST', async () => {
      await using stage = await stageFor(subject, { protocols: [plainSpeech()] });
      stage.origin.plays(truncate());

      const response = await stage.send(stage.origin.url, { method: 'POST', ...json('safe') });

      expect(stage.origin.requests).toHaveLength(2);
      expect(await response.text()).toBe('ok');
    });

    test('a response that breaks off is the caller’s, if the POST is unsafe', async () => {
      await using stage = await stageFor(subject, { protocols: [plainSpeech()] });
      stage.origin.plays(truncate());

      await rejectionOf(stage.send(stage.origin.url, { method: 'POST', ...json('unsafe') }).then((it) => it.text()));

      expect(stage.origin.requests).toHaveLength(1);
    });
  });
}
