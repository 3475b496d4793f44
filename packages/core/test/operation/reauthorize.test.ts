import { listenersOf, VirtualClock } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { CallbackError } from '../../src/operation/errors.ts';
import { Operation } from '../../src/operation/operation.ts';
import { reauthorize } from '../../src/operation/reauthorize.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import { DEFAULTS } from '../../src/options/defaults.ts';
import type { Reauthorize, ReauthorizeOptions, RefreshContext } from '../../src/options/reauthorize.ts';
import { type Act, ScriptedClient } from '../support/scripted-client.ts';
import { request, response } from '../support/situations.ts';
import { type Played, play, policyWith, type Staging, stage } from '../support/stage.ts';

const origins = ['http://origin.test'];
const refused: Act = { status: 401 };
const bearer = (parameters: string) => ({ 'www-authenticate': `Bearer ${parameters}` });

/** A session whose refresh takes `takesMs`, and what it was asked. */
function session({
  takesMs = 10,
  clock = new VirtualClock(),
  ...also
}: Partial<ReauthorizeOptions> & { takesMs?: number; clock?: VirtualClock } = {}) {
  let token = 'old';
  const contexts: unknown[] = [];
  const given: ReauthorizeOptions = {
    origins,
    credential: () => token,
    async refresh(context) {
      contexts.push(context);
      await new Promise<void>((resolve) => takesMs < Number.POSITIVE_INFINITY && clock.after(takesMs, resolve));
      token = 'new';
    },
    ...also,
  };
  return {
    clock,
    contexts,
    given,
    reauthorize: reauthorize(given),
    set token(value: string) {
      token = value;
    },
  };
}

const send = (
  acts: readonly Act[],
  asked: { clock: VirtualClock; reauthorize: Reauthorize },
  more: Staging = {},
): Promise<Played> =>
  play(acts, {
    method: 'POST',
    clock: asked.clock,
    ...more,
    options: { reauthorize: asked.reauthorize, ...more.options },
  });

/** Sends operations of one policy. */
function sharing(asked: { clock: VirtualClock; reauthorize: Reauthorize }) {
  const policy = policyWith({ reauthorize: asked.reauthorize }, asked.clock);
  return async (acts: readonly Act[]) => {
    const client = new ScriptedClient(asked.clock, acts);
    const response = await asked.clock.run(runOperation(new Operation(policy, request('POST')), client));
    return { status: response.status, sent: client.sentAtMs.length };
  };
}

describe('after a 401', () => {
  test('an attempt with a new credential costs none of the others', async () => {
    const { sent } = await send([refused, { status: 503 }, { status: 200 }], session(), {
      method: 'PUT',
      options: { maxAttempts: 2 },
    });

    expect(sent).toBe(3);
  });

  test('every wait has a length, also without a deadline', async () => {
    const waits: number[] = [];
    class ListeningClock extends VirtualClock {
      override after(ms: number, callback: () => void): () => void {
        waits.push(ms);
        return super.after(ms, callback);
      }
    }

    await send([refused, { status: 200 }], session({ clock: new ListeningClock() }));

    expect(waits.length).toBeGreaterThan(0);
    expect(waits.filter((ms) => !Number.isFinite(ms))).toEqual([]);
  });

  test('a slow refresh leaves the 401, and the next waits for the cooldown', async () => {
    const asked = session({ takesMs: Number.POSITIVE_INFINITY, timeoutMs: 100, cooldownMs: 1000 });
    const sendShared = sharing(asked);

    expect(await sendShared([refused])).toMatchObject({ status: 401, sent: 1 });
    expect(await sendShared([refused])).toMatchObject({ status: 401, sent: 1 });
    expect(asked.contexts).toEqual([{ stale: 'old', origin: 'http://origin.test' }]);
    await asked.clock.run(new Promise<void>((resolve) => asked.clock.after(1000, resolve)));
    await sendShared([refused]);

    expect(asked.contexts).toHaveLength(2);
  });

  test('a credential that was set from outside ends the cooldown', async () => {
    const asked = session({ refresh: () => Promise.reject(new Error('no session')) });
    const sendShared = sharing(asked);
    expect(await sendShared([refused])).toMatchObject({ status: 401, sent: 1 });

    const late = sendShared([{ status: 401, afterMs: 50 }]);
    asked.token = 'from outside';

    expect(await late).toMatchObject({ status: 200, sent: 2 });
  });

  test('a refresh that succeeds starts no cooldown', async () => {
    const asked = session();
    const sendShared = sharing(asked);
    await sendShared([refused]);
    asked.token = 'old';

    expect(await sendShared([refused])).toMatchObject({ status: 200, sent: 2 });
    expect(asked.contexts).toHaveLength(2);
  });

  test('operations with the same credential share one refresh, and a late 401 starts none', async () => {
    const asked = session();
    const sendShared = sharing(asked);

    const all = await Promise.all([0, 5, 500].map((afterMs) => sendShared([{ status: 401, afterMs }])));

    expect(all).toEqual(Array(3).fill({ status: 200, sent: 2 }));
    expect(asked.contexts).toHaveLength(1);
  });

  test('a refresh that brings the same credential is a failed one', async () => {
    const asked = session({ refresh: () => {} });

    expect((await send([refused], asked)).sent).toBe(1);
  });

  test.each<[string, Staging, Act[], number]>([
    ['a safe method', { method: 'GET' }, [refused], 2],
    ['one attempt', { options: { maxAttempts: 1 } }, [refused], 2],
    ['a veto', { options: { shouldRetry: () => false } }, [refused], 1],
    ['an earlier run in doubt', { request: { earlier: { firstSentAt: 0, attempts: 1 } } }, [refused], 1],
    ['a deadline before the end of the refresh', { options: { deadlineMs: 5 } }, [refused], 1],
    ['a redirect', {}, [{ status: 401, hop: { url: 'http://origin.test/b', sameMethod: true } }], 1],
    ['one of several copies', {}, [{ status: 401, unseenCopies: true }], 1],
    ['the only copy, as stated', { options: { innerRetries: 'none' } }, [{ status: 401, unseenCopies: true }], 2],
    ['a 403', {}, [{ status: 403 }], 1],
    ['another origin', { url: 'http://elsewhere.test/' }, [refused], 1],
    ['a credential of the caller’s own', { headers: { authorization: 'Bearer other' } }, [refused], 1],
    ['two refusals', {}, [refused, refused], 2],
  ])('%s: sent as often as it may be', async (_, staging, acts, sent) => {
    const played = await send(acts, session(), staging);

    expect(played.sent).toBe(sent);
    expect(played.error).toBeUndefined();
  });

  test('a 401 that answers one of several copies starts no refresh', async () => {
    const asked = session();

    const { report } = await send([{ status: 401, unseenCopies: true }], asked);

    expect(asked.contexts).toEqual([]);
    expect(report).toMatchObject({ effect: 'maybe-applied', effectReason: 'unseen-copies' });
    expect(report.attempts).toMatchObject([{ delivery: 'answered' }]);
  });

  test('a body that can be read only once keeps its 401', async () => {
    const { clock, reauthorize: renewing } = session();
    const staged = stage([refused], { method: 'POST', clock, options: { reauthorize: renewing } });
    staged.client.bodyUsed = true;

    const response = await clock.run(staged.start());

    expect(response.status).toBe(401);
    expect(staged.client.sentAtMs).toHaveLength(1);
  });

  test('a caller who aborts gets the reason immediately', async () => {
    const controller = new AbortController();
    const asked = session({
      refresh() {
        controller.abort(new Error('enough'));
        return new Promise(() => {});
      },
    });

    const { error, sent, clock } = await send([refused], asked, { signal: controller.signal });

    expect(error).toEqual(new Error('enough'));
    expect([sent, clock.now()]).toEqual([1, 0]);
  });

  test.each([
    [50, 3],
    [500, 2],
  ])('a refresh of %i ms with a key window of 400 ms: %i attempts', async (takesMs, sent) => {
    const idempotencyKey = customKeyScheme({ header: 'Order-Key', windowMs: 400 });
    const played = await send([{ status: 503 }, refused], session({ takesMs }), { options: { idempotencyKey } });

    expect(played.sent).toBe(sent);
    expect(played.response?.status).toBe(sent === 3 ? 200 : 401);
    if (sent === 2) expect(played.report.decision.reason).toBe('key-window-over');
  });

  test('the report says why the request was sent again', async () => {
    const { report } = await send([refused], session());

    expect(report.attempts[0]).toMatchObject({ delivery: 'refused', decision: { reason: 'reauthorized', waitMs: 0 } });
    expect(report).toMatchObject({ effect: 'applied', decision: { reason: 'succeeded' } });
  });
});

describe('nobody is asked for a credential that would be of no use', () => {
  test.each<[string, Staging, Act[]]>([
    ['an attempt in doubt', { request: { idempotent: false } }, [{ fails: 'unknown' }, refused]],
    ['a 200', {}, [{ status: 200 }]],
    ['a failure', {}, [{ fails: 'never-sent' }]],
    ['a redirect', {}, [{ status: 401, hop: { url: 'http://origin.test/b', sameMethod: true } }]],
    ['a scope that is too small', {}, [{ status: 401, headers: bearer('error="insufficient_scope"') }]],
    ['a challenge of another scheme', {}, [{ status: 401, headers: { 'www-authenticate': 'Basic realm="orders"' } }]],
  ])('%s', async (_, staging, acts) => {
    const asked = session();
    await send(acts, asked, staging);

    expect(asked.contexts).toEqual([]);
  });

  test.each(['bodyUsed', 'accepted', 'vetoed'])('an end that settles it: %s', async (member) => {
    const asked = session();
    const { clock, operation } = stage([], { clock: asked.clock, options: { reauthorize: asked.reauthorize } });
    const end = { aborted: false, bodyUsed: false, [member]: true };

    const examined = await clock.run(Promise.resolve(operation.examine(response(401), end, undefined)));

    expect(examined).toMatchObject({ status: 401, refused: true });
    expect(asked.contexts).toEqual([]);
  });

  test('an abort', () => {
    const asked = session();
    const { operation } = stage([], { clock: asked.clock, options: { reauthorize: asked.reauthorize } });

    expect(operation.examine(response(401), { aborted: true, bodyUsed: false }, undefined)).toBeUndefined();
    expect(asked.contexts).toEqual([]);
  });

  test.each([bearer('error="invalid_token"'), bearer('realm="orders"'), undefined])('but for %j', async (headers) => {
    const asked = session();

    expect((await send([{ status: 401, ...(headers && { headers }) }], asked)).sent).toBe(2);
    expect(asked.contexts).toHaveLength(1);
  });
});

test.each([undefined, 500])('after the refresh nothing is left: deadline %s', async (deadlineMs) => {
  const { signal } = new AbortController();
  const { clock } = await send([refused], session(), {
    signal,
    options: deadlineMs === undefined ? {} : { deadlineMs },
  });

  // The scripted client listens once for each attempt.
  expect([clock.pending, listenersOf(signal)]).toEqual([0, 2]);
});

test('a refresh that fails holds back only the credential that it failed for', async () => {
  const asked = session({
    refresh(context) {
      asked.contexts.push(context);
      throw new Error('no session');
    },
  });
  const sendShared = sharing(asked);
  await sendShared([refused]);
  asked.token = 'second';
  await sendShared([refused]);
  await sendShared([refused]);

  expect(asked.contexts).toMatchObject([{ stale: 'old' }, { stale: 'second' }]);
});

describe('a function that returns the new token', () => {
  const URL_HERE = 'http://origin.test/orders';

  /**
   * Sends a GET with this header, refused once. Returns what was asked, and what the next request with it would carry.
   */
  function wallet(renew: (context: RefreshContext) => string = ({ stale }) => `new for ${stale}`) {
    const clock = new VirtualClock();
    const contexts: RefreshContext[] = [];
    const renewing = reauthorize((context) => {
      contexts.push(context);
      return renew(context);
    });
    const policy = policyWith({ reauthorize: renewing }, clock);
    const operation = (authorization?: string, url = URL_HERE) =>
      new Operation(policy, request('GET', authorization === undefined ? {} : { authorization }, url));
    return {
      clock,
      contexts,
      headers: (authorization?: string, url?: string) => operation(authorization, url).privateHeaders,
      async refuse(authorization?: string, act: Act = refused, url = URL_HERE) {
        const client = new ScriptedClient(clock, [act]);
        const made = operation(authorization, url);
        const { status } = await clock.run(runOperation(made, client));
        return [status, client.sentAtMs.length, made.report().callbackError?.message];
      },
    };
  }

  test('receives the refused header, and its token is sent to that origin only', async () => {
    const { contexts, headers, refuse } = wallet();

    expect(await refuse('Bearer old')).toEqual([200, 2, undefined]);

    expect(contexts).toEqual([{ stale: 'Bearer old', origin: 'http://origin.test' }]);
    expect(headers('Bearer old')).toEqual([['authorization', 'Bearer new for Bearer old']]);
    expect(headers('Bearer other')).toEqual([]);
    expect(headers()).toEqual([]);
    expect(headers('Bearer old', 'http://elsewhere.test/')).toEqual([]);
    expect(headers('Bearer old', '/orders')).toEqual([]);
  });

  test('is asked for each header apart, also for a request without one', async () => {
    const { contexts, headers, refuse } = wallet();
    await refuse('Bearer a');
    await refuse('Bearer b');
    await refuse();

    expect(contexts.map(({ stale }) => stale)).toEqual(['Bearer a', 'Bearer b', undefined]);
    expect(headers('Bearer a')).toEqual([['authorization', 'Bearer new for Bearer a']]);
    expect(headers()).toEqual([['authorization', 'Bearer new for undefined']]);
  });

  test('is called again with its own token when that is refused', async () => {
    const { contexts, refuse } = wallet();
    await refuse('Bearer a');
    await refuse('Bearer a');

    expect(contexts.map(({ stale }) => stale)).toEqual(['Bearer a', 'new for Bearer a']);
  });

  test.each([
    ['nothing', ''],
    ['what was refused', 'same'],
  ])('may return %s, and then the 401 stays', async (_, token) => {
    const { refuse } = wallet(({ stale }) => (token === '' ? '' : String(stale)));

    expect(await refuse('same')).toEqual([401, 1, undefined]);
  });

  test('that returned nothing is asked about the same header again', async () => {
    const { clock, contexts, refuse } = wallet(() => '');
    await refuse('Bearer a');
    clock.advance(DEFAULTS.refreshCooldownMs);
    await refuse('Bearer a');

    expect(contexts.map(({ stale }) => stale)).toEqual(['Bearer a', 'Bearer a']);
  });

  test('is not asked for a request without an origin', async () => {
    const { contexts, refuse } = wallet();

    expect(await refuse('Bearer a', refused, '/orders')).toEqual([401, 1, undefined]);
    expect(contexts).toEqual([]);
  });

  test.each<[string, string, number]>([
    ['Basic YTpi', 'Basic realm="orders"', 2],
    ['Bearer old', 'Basic realm="orders"', 1],
    ['Bearer old', 'Bearer realm="orders"', 2],
  ])('is asked about %s only if the server wants that scheme: %s', async (authorization, challenge, sent) => {
    const { refuse } = wallet();

    const [, count] = await refuse(authorization, { status: 401, headers: { 'www-authenticate': challenge } });
    expect(count).toBe(sent);
  });

  test('old headers are remembered up to a bound, the latest longest', async () => {
    const { contexts, headers, refuse } = wallet();
    for (let number = 0; number < DEFAULTS.maxCredentials; number++) await refuse(`Bearer ${number}`);
    await refuse('Bearer 0');
    await refuse(`Bearer ${DEFAULTS.maxCredentials}`);

    expect(contexts).toHaveLength(DEFAULTS.maxCredentials + 2);
    expect(headers('Bearer 1')).toEqual([]);
    expect(headers('Bearer 2')).toEqual([['authorization', 'Bearer new for Bearer 2']]);
    expect(headers('Bearer 0')).toHaveLength(1);
    expect(headers(`Bearer ${DEFAULTS.maxCredentials}`)).toHaveLength(1);
  });
});

describe('a credential of several headers', () => {
  const apply = (token: string) => ({ authorization: `Bearer ${token}`, 'x-account': token });

  test.each<[string, Record<string, string>, number]>([
    ['the request carries both', { authorization: 'Bearer old', 'x-account': 'old' }, 2],
    ['the request carries none', {}, 2],
    ['one of them is another', { authorization: 'Bearer old', 'x-account': 'other' }, 0],
    ['one of them is missing', { authorization: 'Bearer old' }, 0],
  ])('%s', (_, headers, added) => {
    const asked = session({ apply });
    const { operation } = stage([], { headers, options: { reauthorize: asked.reauthorize } });

    expect(operation.privateHeaders).toHaveLength(added);
  });

  test.each([
    ['Basic', 2],
    ['Bearer', 1],
  ])('a challenge of %s is compared with its Authorization header: %i attempts', async (scheme, sent) => {
    const asked = session({ apply: (token) => ({ 'x-account': 'Bearer 7', Authorization: `Basic ${token}` }) });

    expect((await send([{ status: 401, headers: { 'www-authenticate': scheme } }], asked)).sent).toBe(sent);
  });
});

test.each([
  [origins, 1],
  [undefined, 0],
])('without a credential, a 401 asks for one only at listed origins: %j', async (listed, asks) => {
  const asked = session({ credential: () => undefined });
  const { origins: _, ...anywhere } = asked.given;
  const renewing = reauthorize({ ...anywhere, ...(listed && { origins: listed }) });
  const { sent } = await send([refused], { clock: asked.clock, reauthorize: renewing });

  expect([sent, asked.contexts.length]).toEqual([1, asks]);
});

describe('a credential goes nowhere else', () => {
  const elsewhere = { url: 'http://elsewhere.test/' };

  test.each<[string, Staging]>([
    ['an origin that is not listed', { ...elsewhere, headers: { authorization: 'Bearer old' } }],
    ['one with the same host and another port', { url: 'http://origin.test:81/' }],
    ['one with another scheme', { url: 'https://origin.test/' }],
    ['what is no URL', { url: '/orders' }],
  ])('not to %s', async (_, staging) => {
    const asked = session();
    const { operation } = stage([], { clock: asked.clock, options: { reauthorize: asked.reauthorize }, ...staging });
    const { sent } = await send([refused], asked, staging);

    expect(operation.privateHeaders).toEqual([]);
    expect([sent, asked.contexts]).toEqual([1, []]);
  });

  test('a header from one origin gets no new credential at another', async () => {
    const asked = session();
    const { origins: _, ...anywhere } = asked.given;
    const policy = policyWith({ reauthorize: reauthorize(anywhere) }, asked.clock);
    const headersAt = (url: string) => new Operation(policy, request('GET', { authorization: 'Bearer old' }, url));
    const client = new ScriptedClient(asked.clock, [refused]);
    await asked.clock.run(runOperation(headersAt('http://origin.test/'), client));

    expect(client.sentAtMs).toHaveLength(2);
    expect(headersAt('http://origin.test/').privateHeaders).toEqual([['authorization', 'Bearer new']]);
    expect(headersAt('http://elsewhere.test/').privateHeaders).toEqual([]);
  });
});

describe('a refresh that sends requests itself', () => {
  test.each(['the same client', 'another client'])('by %s', async (which) => {
    const asked = session({
      async refresh() {
        inner.push(...new Operation(used, request('POST')).privateHeaders);
        const client = new ScriptedClient(asked.clock, [refused]);
        await runOperation(new Operation(used, request('POST')), client);
        sent.push(client.sentAtMs.length);
        asked.token = 'new';
        other.token = 'other new';
      },
    });
    const other = session({ clock: asked.clock, takesMs: 1 });
    const inner: (readonly [string, string])[] = [];
    const sent: number[] = [];
    const policy = policyWith({ reauthorize: asked.reauthorize }, asked.clock);
    const used = which === 'the same client' ? policy : policyWith({ reauthorize: other.reauthorize }, asked.clock);
    const client = new ScriptedClient(asked.clock, [refused]);

    await asked.clock.run(runOperation(new Operation(policy, request('POST')), client));

    expect(client.sentAtMs).toHaveLength(2);
    expect(sent).toEqual([which === 'the same client' ? 1 : 2]);
    expect(inner).toEqual(which === 'the same client' ? [] : [['authorization', 'Bearer old']]);
  });
});

test('uses a late token from then on, without another refresh', async () => {
  const asked = session({ takesMs: 500, timeoutMs: 100, cooldownMs: 0 });
  const sendShared = sharing(asked);

  expect(await sendShared([refused])).toMatchObject({ status: 401, sent: 1 });
  await asked.clock.run(new Promise<void>((resolve) => asked.clock.after(400, resolve)));

  expect(await sendShared([{ status: 200 }])).toMatchObject({ status: 200, sent: 1 });
  expect(asked.contexts).toHaveLength(1);
});

test('the report says why a refresh failed', async () => {
  const asked = session({ refresh: () => Promise.reject(new Error('no session')) });
  const sendShared = await send([refused], asked);
  const nonsense = await send(
    [refused],
    { clock: new VirtualClock(), reauthorize: reauthorize((() => ({ token: 1 })) as never) },
    {
      headers: { authorization: 'Bearer old' },
    },
  );

  expect(sendShared.report.callbackError?.message).toBe('no session');
  expect(nonsense.report.callbackError?.message).toBe(
    'the function of reauthorize must return text that a header can carry',
  );
  expect(nonsense.response?.status).toBe(401);
});

describe('the headers', () => {
  test.each<[unknown, unknown, string]>([
    [Promise.resolve('token'), undefined, 'credential of reauthorize must return text that a header can carry'],
    [7, undefined, 'credential of reauthorize must return text that a header can carry'],
    ['secret\n', undefined, 'credential of reauthorize must return text that a header can carry'],
    ['sécrët✓', undefined, 'credential of reauthorize must return text that a header can carry'],
    ['token', { 'x-token': 7 }, 'apply of reauthorize must return text that a header can carry'],
    ['token', { 'x-token': 'a\r\nb: c' }, 'apply of reauthorize must return text that a header can carry'],
  ])('are not made of %j and %j', (token, applied, message) => {
    const { reauthorize: renewing } = session({
      credential: () => token as string,
      ...(applied !== undefined && { apply: () => applied as Record<string, string> }),
    });

    expect(() => stage([], { options: { reauthorize: renewing } })).toThrow(
      expect.objectContaining({ code: 'TWICESAFE_CALLBACK_FAILED', cause: new TypeError(message) }),
    );
  });

  test('are those of `apply`, with the credential that the operation began with', () => {
    const asked = session({ apply: (token) => ({ 'x-token': token }) });
    const { operation } = stage([], { clock: asked.clock, options: { reauthorize: asked.reauthorize } });

    asked.token = 'later';

    expect(operation.privateHeaders).toEqual([['x-token', 'old']]);
    expect(operation.privateHeaders).toEqual([['x-token', 'old']]);
  });

  test.each<[string, string, () => string]>([
    ['a later credential', 'Bearer new', () => 'new'],
    [
      'the old one, because `credential` throws',
      'Bearer old',
      () => {
        throw new Error('no store');
      },
    ],
  ])('of the next attempt have %s', async (_, second, later) => {
    let credential = () => 'old';
    const { reauthorize: renewing } = session({ credential: () => credential() });
    const { client, clock, operation, start } = stage([{ status: 503 }], { options: { reauthorize: renewing } });
    const { send } = client;
    const carried: unknown[] = [];
    client.send = (limited) => {
      carried.push(operation.privateHeaders[0]?.[1]);
      credential = later;
      return send.call(client, limited);
    };

    await clock.run(start());

    expect(carried).toEqual(['Bearer old', second]);
  });

  test('cannot be made by a function that throws, and then nothing is sent', () => {
    const { reauthorize: renewing } = session({
      credential(): string {
        throw new Error('no store');
      },
    });

    const start = () => stage([], { options: { reauthorize: renewing } });
    expect(start).toThrow(CallbackError);
    expect(start).toThrow('credential of reauthorize failed');
  });
});

test.each<[unknown, string]>([
  [{}, 'reauthorize.credential must be a function'],
  [{ credential: () => '' }, 'reauthorize.refresh must be a function'],
  [{ credential() {}, refresh() {}, origins: ['https://api.example/v1'] }, 'reauthorize.origins[0] must be an origin'],
  [{ credential() {}, refresh() {}, origins: 'https://api.example' }, 'reauthorize.origins must be an array'],
  [{ credential() {}, refresh() {}, origins: [7] }, 'reauthorize.origins[0] must be an origin'],
  [{ credential() {}, refresh() {}, origins: [''] }, 'reauthorize.origins[0] must be an origin'],
  [{ credential() {}, refresh() {}, timeoutMs: 0 }, 'reauthorize.timeoutMs must be a number from 1'],
  [{ credential() {}, refresh() {}, cooldownMs: -1 }, 'reauthorize.cooldownMs must be a number from 0'],
  [{ credential() {}, refresh() {}, apply: 1 }, 'reauthorize.apply must be a function'],
  [{ credential() {}, refresh() {}, retries: 1 }, 'reauthorize has no member "retries"'],
  ['token', 'reauthorize must be a plain object'],
])('reauthorize: %j is refused', (given, message) => {
  expect(() => reauthorize(given as never)).toThrow(message);
});

test.each([
  [{ credential: () => '', refresh() {} }, 'an object'],
  [() => 'token', 'a function'],
  [null, 'null'],
])("refuses an option that `reauthorize` didn't make: %j", (given, described) => {
  expect(() => policyWith({ reauthorize: given as never })).toThrow(
    `reauthorize must be made by reauthorize({ credential, refresh }), not ${described}`,
  );
});
