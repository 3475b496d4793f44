import { cert, Http2Origin, Origin, processThenReset, rejectionOf, type StreamAct, status } from '@twicesafe/testing';
import { Agent, Client, request } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { type RetryOptions, reportOf, retry } from '../src/index.ts';

const agent = new Agent();
afterAll(() => agent.destroy());
const quick: RetryOptions = { backoff: () => 1, budget: 'none' };

describe('HTTP/2', () => {
  const secure = new Agent({ allowH2: true, connect: { ca: cert } });
  const dispatcher = secure.compose(retry(quick));
  afterAll(() => secure.destroy());

  test('a response comes with its body, a 503 is repeated', async () => {
    await using origin = await Http2Origin.listen();
    origin.plays({ does: 'answer', status: 503 }, { does: 'answer', status: 200 });

    const response = await request(origin.url, { dispatcher, method: 'PUT', body: 'x' });

    expect([response.statusCode, await response.body.text()]).toEqual([200, 'ok']);
    expect(origin.received).toEqual(['PUT', 'PUT']);
  });

  const refused: StreamAct = { does: 'reset', code: 'REFUSED_STREAM', processed: false };
  test('a stream that was refused was not processed: the POST arrives once', async () => {
    await using origin = await Http2Origin.listen();
    // Undici repeats a refused stream once by itself.
    origin.plays(refused, refused);

    const response = await request(origin.url, { dispatcher, method: 'POST', body: 'x' });
    await response.body.dump();

    expect(reportOf(response)).toMatchObject({ attempts: [{ delivery: 'refused' }, {}], effect: 'applied' });
    expect(origin.applied).toEqual(['POST']);
  });

  test('a GOAWAY below the stream was not processed either', async () => {
    await using origin = await Http2Origin.listen();
    origin.plays({ does: 'go-away' }, { does: 'go-away' });

    const response = await request(origin.url, { dispatcher, method: 'POST', body: 'x' });
    await response.body.dump();

    expect(reportOf(response)?.effect).toBe('applied');
    expect(origin.applied).toEqual(['POST']);
  });

  test.each<StreamAct>([
    { does: 'drop' },
    { does: 'go-away-after', code: 0 },
    { does: 'reset', code: 'INTERNAL_ERROR', processed: true },
    { does: 'reset', code: 'CANCEL', processed: true },
  ])('$does $code proves nothing', async (act) => {
    await using origin = await Http2Origin.listen();
    origin.plays(act);

    const error = await rejectionOf(request(origin.url, { dispatcher, method: 'POST', body: 'x' }));

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
    expect(origin.applied).toEqual(['POST']);
  });
});

describe('many at once', () => {
  test('100 concurrent PUTs and POSTs: each gets its own answer, no POST arrives twice', async () => {
    await using origin = await Origin.listen();
    origin.plays(
      ...Array.from({ length: 100 }, (_, index) =>
        index % 3 === 0 ? processThenReset() : status(index % 3 === 1 ? 503 : 200),
      ),
    );
    const dispatcher = agent.compose(retry({ ...quick, maxAttempts: 10 }));

    const settled = await Promise.allSettled(
      Array.from({ length: 100 }, async (_, index) => {
        const method = index % 2 === 0 ? 'PUT' : 'POST';
        const response = await request(origin.url, { dispatcher, method, body: `${index}` });
        await response.body.text();
        return response.statusCode;
      }),
    );

    const puts = settled.filter((_, index) => index % 2 === 0);
    expect(new Set(puts.map((each) => each.status === 'fulfilled' && each.value))).toEqual(new Set([200]));
    const posts = origin.requests.filter(({ method }) => method === 'POST').map((each) => each.text);
    expect(new Set(posts).size).toBe(posts.length);
  });

  test('pipelined requests behind a broken one arrive as often as the report says', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const client = new Client(new URL(origin.url).origin, { pipelining: 4 });
    const dispatcher = client.compose(retry(quick));

    const all = ['/a', '/b', '/c', '/d'].map(async (path) => {
      const { statusCode, body } = await dispatcher.request({ path, method: 'PUT', body: path, idempotent: true });
      await body.dump();
      return statusCode;
    });

    expect(await Promise.all(all)).toEqual([200, 200, 200, 200]);
    const texts = origin.requests.map((each) => each.text).sort();
    expect(texts).toEqual(['/a', '/a', '/b', '/c', '/d']);
    await client.close();
  });

  test('a request queued in a busy pool is not sent after its time limit', async () => {
    await using origin = await Origin.listen();
    const { hang } = await import('@twicesafe/testing');
    origin.plays(hang());
    const busy = new Agent({ connections: 1 });
    const dispatcher = busy.compose(retry({ ...quick, attemptTimeoutMs: 500, maxAttempts: 1 }));

    const [first, second] = await Promise.all([
      rejectionOf(request(origin.url, { dispatcher, method: 'POST', body: 'first' })),
      rejectionOf(request(origin.url, { dispatcher, method: 'POST', body: 'second' })),
    ]);

    expect(reportOf(first)?.effect).toBe('maybe-applied');
    expect(reportOf(second)).toMatchObject({ attempts: [{ delivery: 'never-sent' }], effect: 'not-applied' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(origin.requests.map((each) => each.text)).toEqual(['first']);
    await busy.destroy();
  });
});
