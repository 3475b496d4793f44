import { describe, expect, test } from 'vitest';
import { redirect, status } from '../../origin/acts/status.ts';
import { Origin } from '../../origin/origin.ts';
import { rejectionOf } from '../../rejection-of.ts';
import type { Subject } from './subject.ts';

/** A server whose refresh tokens can be used once: the second use of one ends the session, as real ones do. */
function session() {
  const state = {
    valid: 'token-1',
    token: 'token-0',
    refreshToken: 0,
    lastUsed: -1,
    refreshes: 0,
    reused: 0,
    fails: false,
  };
  return {
    state,
    credential: () => state.token,
    async refresh() {
      state.refreshes++;
      const used = state.refreshToken;
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (state.fails) throw new Error('the session is over');
      if (used === state.lastUsed) state.reused++;
      state.lastUsed = used;
      state.refreshToken++;
      state.token = state.valid;
    },
    listen: () =>
      Origin.listen({
        respond: ({ headers }) =>
          headers.authorization === `Bearer ${state.valid}`
            ? status(200, { body: 'ok' })
            : status(401, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' }, body: 'expired' }),
      }),
  };
}

const post = { method: 'POST', body: 'order' };

/** One refresh for all operations with the same stale credential. */
export function reauthorizeSuite(subject: Subject): void {
  const renewing = (given: object): object => subject.makers.reauthorize(given as never);

  describe('reauthorize', () => {
    test('100 parallel POSTs with an expired token: one refresh, 100 successes, nothing applied twice', async () => {
      const { state, listen, ...reauthorize } = session();
      await using origin = await listen();
      const { origin: own } = new URL(origin.url);
      const send = subject.wrap({ reauthorize: renewing({ ...reauthorize, origins: [own] }) });

      const responses = await Promise.all(
        Array.from({ length: 100 }, (_, index) => send(`${origin.url}orders/${index}`, post)),
      );

      expect(responses.map((response) => response.status)).toEqual(Array(100).fill(200));
      expect([state.refreshes, state.reused]).toEqual([1, 0]);
      expect(new Set(origin.effects.map(({ target }) => target)).size).toBe(100);
      expect(origin.effects).toHaveLength(100);
      const report = subject.reportOf(responses[0]);
      expect(report?.attempts[0]).toMatchObject({
        delivery: 'refused',
        decision: { reason: 'reauthorized', waitMs: 0 },
      });
      expect(report?.effect).toBe('applied');
    });

    test('a failed refresh leaves each caller its 401, and starts a cooldown', async () => {
      const { state, listen, ...reauthorize } = session();
      state.fails = true;
      await using origin = await listen();
      const send = subject.wrap({ reauthorize: renewing({ ...reauthorize, origins: [new URL(origin.url).origin] }) });

      const responses = await Promise.all(Array.from({ length: 5 }, () => send(origin.url, post)));
      const late = await send(origin.url, post);

      expect([...responses, late].map((response) => response.status)).toEqual(Array(6).fill(401));
      // ky reads the body of every error by itself.
      const unread = responses.filter(({ bodyUsed }) => !bodyUsed);
      for (const response of unread) expect(await response.text()).toBe('expired');
      expect(new Set(responses).size).toBe(5);
      expect(state.refreshes).toBe(1);
      expect(subject.reportOf(late)?.effect).toBe('not-applied');
    });

    test('a server that refuses the new credential gets the request twice', async () => {
      const { state, listen, ...reauthorize } = session();
      await using origin = await listen();
      const refresh = (): void => {
        state.refreshes++;
        state.token = `wrong-${state.refreshes}`;
      };
      const send = subject.wrap({
        reauthorize: renewing({ ...reauthorize, refresh, origins: [new URL(origin.url).origin] }),
      });

      expect((await send(origin.url, post)).status).toBe(401);
      expect(origin.requests).toHaveLength(2);
      expect(state.refreshes).toBe(1);
    });

    test('the credential goes to no other origin, and another origin starts no refresh', async () => {
      const { state, listen, ...reauthorize } = session();
      await using origin = await listen();
      const send = subject.wrap({ reauthorize: renewing({ ...reauthorize, origins: ['https://api.example'] }) });

      expect((await send(origin.url)).status).toBe(401);
      expect(origin.requests[0]?.headers.authorization).toBeUndefined();
      expect(state.refreshes).toBe(0);
    });

    test('a credential that is gone is not sent again', async () => {
      const { state, listen: _, ...reauthorize } = session();
      await using origin = await Origin.listen();
      origin.plays(status(503), status(200));
      const origins = [new URL(origin.url).origin];
      const credential = () => (origin.requests.length > 0 ? undefined : 'token-0');
      const send = subject.wrap({ backoff: () => 1, reauthorize: renewing({ ...reauthorize, credential, origins }) });

      await send(origin.url);

      expect(origin.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-0', undefined]);
      expect(state.refreshes).toBe(0);
    });

    test.each(['authorization', 'x-token'])('a redirect carries %s to no other origin', async (name) => {
      const { state: _, listen: __, ...reauthorize } = session();
      await using other = await Origin.listen();
      await using origin = await Origin.listen();
      origin.plays(redirect(307, `${other.url}moved`), redirect(302, `${other.url}moved`));
      const origins = [new URL(origin.url).origin];
      const apply = (token: string) => ({ [name]: `Bearer ${token}` });
      const send = subject.wrap({ reauthorize: renewing({ ...reauthorize, apply, origins }) });

      await send(origin.url).catch(() => {});
      await send(origin.url).catch(() => {});

      expect(origin.requests.map(({ headers }) => headers[name])).toEqual(Array(2).fill('Bearer token-0'));
      expect(other.requests.map(({ headers }) => headers[name])).toEqual(Array(other.requests.length).fill(undefined));
    });

    test('without origins, a request that carries the credential itself gets the new one', async () => {
      const { state, listen, ...reauthorize } = session();
      await using origin = await listen();
      const send = subject.wrap({ reauthorize: renewing(reauthorize) });
      const headers = { authorization: 'Bearer token-0' };

      expect((await send(origin.url, { ...post, headers })).status).toBe(200);
      expect((await send(origin.url, { ...post, headers })).status).toBe(200);
      expect((await send(origin.url, { ...post, headers: { authorization: 'Bearer of another' } })).status).toBe(401);
      expect(state.refreshes).toBe(1);
      expect(origin.requests).toHaveLength(4);
    });

    test('a function returns the token that replaces a header', async () => {
      const { state, listen } = session();
      await using origin = await listen();
      const contexts: unknown[] = [];
      const reauthorize = async (context: unknown): Promise<string> => {
        contexts.push(context);
        return state.valid;
      };
      const send = subject.wrap({ reauthorize: renewing(reauthorize) });
      const headers = { authorization: 'Bearer token-0' };

      expect((await send(origin.url, { ...post, headers })).status).toBe(200);
      expect((await send(origin.url, { ...post, headers })).status).toBe(200);
      expect(contexts).toEqual([{ stale: 'Bearer token-0', origin: new URL(origin.url).origin }]);
      expect(origin.requests).toHaveLength(3);
    });

    test.each([['Bearer error="insufficient_scope"'], ['Basic realm="orders"'], ['DPoP error="use_dpop_nonce"']])(
      '401 with %s starts no refresh',
      async (challenge) => {
        const { state, listen: _, ...reauthorize } = session();
        await using origin = await Origin.listen();
        origin.plays(status(401, { headers: { 'www-authenticate': challenge } }));
        const send = subject.wrap({ reauthorize: renewing({ ...reauthorize, origins: [new URL(origin.url).origin] }) });

        expect((await send(origin.url, post)).status).toBe(401);
        expect(state.refreshes).toBe(0);
      },
    );

    test('resends a keyed POST in doubt, and a new credential costs no attempt', async () => {
      const { state, listen: _, ...reauthorize } = session();
      await using origin = await Origin.listen();
      origin.plays(status(503), status(401));
      const origins = [new URL(origin.url).origin];
      const send = subject.wrap({
        backoff: () => 1,
        maxAttempts: 2,
        reauthorize: renewing({ ...reauthorize, origins }),
      });

      const response = await send(origin.url, { ...post, retry: { idempotencyKey: 'order-7' } });

      expect(response.status).toBe(200);
      const { requests } = origin;
      expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(3).fill('order-7'));
      expect(requests.map(({ headers }) => headers.authorization)).toEqual([
        'Bearer token-0',
        'Bearer token-0',
        'Bearer token-1',
      ]);
      expect(state.refreshes).toBe(1);
    });

    test('a caller who aborts stops waiting for the refresh', async () => {
      const { state: _, listen, ...reauthorize } = session();
      await using origin = await listen();
      const started = Promise.withResolvers<void>();
      const refresh = (): Promise<never> => {
        started.resolve();
        return new Promise(() => {});
      };
      const send = subject.wrap({
        reauthorize: renewing({ ...reauthorize, refresh, origins: [new URL(origin.url).origin] }),
      });
      const controller = new AbortController();

      const sent = rejectionOf(send(origin.url, { ...post, signal: controller.signal }));
      await started.promise;
      controller.abort(new Error('gave up'));

      await sent;
      expect(origin.requests).toHaveLength(1);
    });
  });
}
