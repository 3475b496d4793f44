import { Origin, processThenReset, redirect, rejectionOf, status } from '@twicesafe/testing';
import * as undici8 from 'undici';
import * as undici7 from 'undici-7';
import { describe, expect, test } from 'vitest';
import { reportOf, retry, withRetry } from '../src/index.ts';

const VERSIONS: readonly (readonly [name: string, undici: typeof undici8])[] = [
  ['7', undici7 as unknown as typeof undici8],
  ['8', undici8],
];

describe.each(VERSIONS)('a redirect that an interceptor of undici %s follows inside', (_, undici) => {
  const { Agent, interceptors, request } = undici;

  function following() {
    const agent = new Agent();
    const redirects = interceptors.redirect({ maxRedirections: 3 });
    const dispatcher = agent.compose(redirects, retry({ backoff: () => 1 }));
    return { post: { dispatcher, method: 'POST', body: 'x' } as const, [Symbol.asyncDispose]: () => agent.destroy() };
  }

  test.each([
    [307, ['POST /', 'POST /next'], 'applied'],
    [303, ['POST /', 'GET /next'], 'maybe-applied'],
  ])('%i: what the target answers', async (code, sent, effect) => {
    await using origin = await Origin.listen();
    await using own = following();
    origin.plays(redirect(code as 307, '/next'), status(200));

    const response = await request(origin.url, own.post);
    await response.body.dump();

    expect(origin.requests.map(({ method, target }) => `${method} ${target}`)).toEqual(sent);
    // Undici 7 does not show what it sends, so a redirect may have changed the method.
    expect(reportOf(response)?.effect).toBe(undici === undici8 ? effect : 'maybe-applied');
  });

  test.each([
    ['breaks off', processThenReset()],
    ['asks for a retry', status(503)],
  ])('to another origin, which %s: the key permits no retry', async (_name, act) => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    await using own = following();
    origin.plays(redirect(307, `${other.url}next`));
    other.plays(act);

    const options = withRetry(own.post, { idempotencyKey: 'order-7' });
    const settled = await request(origin.url, options).then(
      async (response) => response.body.dump().then(() => response),
      (error: Error) => error,
    );

    expect(reportOf(settled)?.attempts).toHaveLength(1);
    expect([origin.requests.length, other.requests.length]).toEqual([1, 1]);
  });

  test('a key that stays on its origin permits a retry, although the target breaks off', async () => {
    await using origin = await Origin.listen();
    await using own = following();
    origin.plays(redirect(307, '/next'), processThenReset());

    const sent = request(origin.url, withRetry(own.post, { idempotencyKey: 'order-7' }));
    const settled = undici === undici8 ? await sent : await rejectionOf(sent);

    // Undici 7 does not show where the target was.
    expect(reportOf(settled)?.attempts).toHaveLength(undici === undici8 ? 2 : 1);
  });
});
