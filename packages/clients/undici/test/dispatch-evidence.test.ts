import { describe, expect, test } from 'vitest';
import { DispatchEvidence, type DispatchedRequest } from '../src/dispatch-evidence.ts';
import type { MadeRequest } from '../src/watched-handler.ts';

const ORIGIN = 'https://api.test';
const OTHER = 'https://other.test';

/** A request without copies to watch, unless it may change something. */
function evidenceOf(request: Partial<DispatchedRequest> = {}, previous?: DispatchEvidence): DispatchEvidence {
  const plain: DispatchedRequest = {
    method: 'POST',
    mayChange: false,
    repeatable: false,
    origin: ORIGIN,
    url: `${ORIGIN}/orders`,
    keyHeaders: [['Idempotency-Key', 'order-7']],
    bodyMayHaveFailed: false,
  };
  return new DispatchEvidence({ ...plain, ...request }, previous);
}

function made(origin: string, headers: readonly string[] = [], method = 'POST'): MadeRequest {
  return { origin, method, headers: [...headers] };
}

const visited = (...urls: string[]): object => ({ history: urls.map((url) => new URL(url)) });

/** One copy more of the request, which ends with what is given. */
function copied({ copies }: DispatchEvidence, end: { status?: number; error?: unknown } = {}): void {
  const request = {};
  copies?.takes(request, { origin: ORIGIN, path: '/orders', method: 'POST', harmless: false, carries: () => false });
  copies?.ended(request, { status: end.status, error: end.error, written: false });
}

const refusedConnection = (): Error =>
  Object.assign(new Error('refused'), { code: 'ECONNREFUSED', syscall: 'connect' });
const refusedStream = (): Error =>
  Object.assign(new Error('Stream closed with error code NGHTTP2_REFUSED_STREAM'), { code: 'ERR_HTTP2_STREAM_ERROR' });

describe('the key', () => {
  test.each<[place: string, headers: string[]]>([
    ['first', ['idempotency-key', 'order-7', 'accept', '*/*']],
    ['last', ['accept', '*/*', 'idempotency-key', 'order-7']],
    ['in capitals', ['IDEMPOTENCY-KEY', 'order-7', 'accept', '*/*']],
    ['twice', ['idempotency-key', 'order-7', 'Idempotency-Key', 'order-7', 'accept', '*/*']],
  ])('leaves a request to another origin: %s', (_, headers) => {
    const request = made(OTHER, headers);

    evidenceOf().seeRequest(request);

    expect(request.headers).toEqual(['accept', '*/*']);
  });

  test('is removed by its name alone', () => {
    const request = made(OTHER, ['x-mine', 'idempotency-key', 'x-other', 'undefined']);

    evidenceOf().seeRequest(request);

    expect(request.headers).toEqual(['x-mine', 'idempotency-key', 'x-other', 'undefined']);
  });

  test.each(['', ORIGIN])('stays on the first origin (%s)', (origin) => {
    const evidence = evidenceOf({ origin });
    const requests = [made(ORIGIN, ['idempotency-key', 'order-7']), made(ORIGIN, ['idempotency-key', 'order-7'])];

    for (const request of requests) evidence.seeRequest(request);

    expect(requests.map(({ headers }) => headers)).toEqual(Array(2).fill(['idempotency-key', 'order-7']));
    expect(evidence.leftOrigin(true)).toBe(false);
  });
});

describe('whether the origin was left', () => {
  test.each<[name: string, origins: string[], left: boolean]>([
    ['requests to the origin only', [ORIGIN, ORIGIN], false],
    ['a request to another origin', [ORIGIN, OTHER], true],
    ['a request that came back', [OTHER, ORIGIN], true],
  ])('%s', (_, origins, left) => {
    const evidence = evidenceOf();
    evidence.seeContext(visited(ORIGIN, OTHER));

    for (const origin of origins) evidence.seeRequest(made(origin));

    expect([evidence.leftOrigin(true), evidence.leftOrigin(false)]).toEqual([left, left]);
  });

  test.each<[name: string, context: unknown, answered: boolean, left: boolean]>([
    ['nothing visited and no answer', visited(), false, false],
    ['no context', null, false, false],
    ['an undefined context', undefined, true, false],
    ['another history', { history: 'long' }, false, false],
    ['redirects without an answer', visited(`${ORIGIN}/a`), false, true],
    ['redirects on the origin', visited(`${ORIGIN}/a`, `${ORIGIN}/b`), true, false],
    ['a redirect elsewhere', visited(`${ORIGIN}/a`, OTHER), true, true],
    ['a redirect elsewhere and back', visited(ORIGIN, OTHER, ORIGIN), true, true],
  ])('without a request of undici: %s', (_, context, answered, left) => {
    const evidence = evidenceOf();

    evidence.seeContext(context);

    expect(evidence.leftOrigin(answered)).toBe(left);
  });
});

describe('the hop that answered', () => {
  test.each<[name: string, context: object]>([
    ['nothing', {}],
    ['no URL', visited()],
    ['the first URL', visited(`${ORIGIN}/a`)],
    ['what is no URL', { history: ['/a', '/b'] }],
  ])('is the first one if the context has %s', (_, context) => {
    const evidence = evidenceOf();

    evidence.seeContext(context);

    expect(evidence.hop).toBeUndefined();
  });

  test('is the last one that the redirect interceptor visited until then', () => {
    const evidence = evidenceOf();
    const history = [new URL(`${ORIGIN}/a`)];

    evidence.seeContext({ history });
    history.push(new URL(`${ORIGIN}/b`));
    const second = evidence.hop;
    history.push(new URL(`${OTHER}/c`));

    expect([second?.url, evidence.hop?.url]).toEqual([`${ORIGIN}/b`, `${OTHER}/c`]);
  });

  test.each([
    ['GET', true],
    ['HEAD', true],
    ['POST', false],
    ['PUT', false],
  ])('got the %s of the first one: %s', (method, sameMethod) => {
    const evidence = evidenceOf({ method });

    evidence.seeContext(visited(`${ORIGIN}/a`, `${ORIGIN}/b`));

    expect(evidence.hop).toEqual({ url: `${ORIGIN}/b`, sameMethod });
  });

  test.each([
    ['POST', 'POST', true],
    ['POST', 'GET', false],
    ['GET', 'GET', true],
  ])('of a %s got the %s that undici made: %s', (method, sent, sameMethod) => {
    const evidence = evidenceOf({ method });

    evidence.seeContext(visited(`${ORIGIN}/a`, `${ORIGIN}/b`));
    evidence.seeRequest(made(ORIGIN, [], sent));

    expect(evidence.hop).toEqual({ url: `${ORIGIN}/b`, sameMethod });
  });
});

describe('a harmless request', () => {
  test('that undici made and never started was never sent, whatever its error', () => {
    const evidence = evidenceOf({ bodyMayHaveFailed: true });
    evidence.seeRequest(made(ORIGIN));

    expect(evidence.deliveryOf(new Error('lost'), true)).toBe('never-sent');
    expect(evidence.deliveryOf(new Error('lost'), false)).toBe('unknown');
  });

  test.each<[name: string, error: Error, started: boolean, delivery: string]>([
    ['a refused connection', refusedConnection(), false, 'never-sent'],
    ['a refused connection of another request', refusedConnection(), true, 'unknown'],
    ['a refused stream', refusedStream(), true, 'refused'],
    ['an error that proves nothing', new Error('lost'), true, 'unknown'],
  ])('%s', (_, error, started, delivery) => {
    const evidence = evidenceOf();
    evidence.seeRequest(made(ORIGIN));
    if (started) evidence.markStarted();

    expect(evidence.started).toBe(started);
    expect(evidence.deliveryOf(error, false)).toBe(delivery);
  });

  test.each<[name: string, request: Partial<DispatchedRequest>, context: object]>([
    ['after a redirect', {}, visited(`${ORIGIN}/a`)],
    ['that a body may have caused', { bodyMayHaveFailed: true }, {}],
  ])('a refused stream %s proves nothing', (_, request, context) => {
    const evidence = evidenceOf(request);
    evidence.seeContext(context);
    evidence.seeRequest(made(ORIGIN));
    evidence.markStarted();

    expect(evidence.deliveryOf(refusedStream(), true)).toBe('unknown');
  });

  test('that undici did not make proves nothing, except by a refusal of the dispatcher', () => {
    const evidence = evidenceOf();
    const closed = Object.assign(new Error('closed'), { code: 'UND_ERR_CLOSED' });
    expect(evidence.deliveryOf(refusedConnection(), true)).toBe('unknown');

    evidence.seeRefusal(closed);

    expect(evidence.deliveryOf(closed, false)).toBe('never-sent');
    expect(evidence.kindOf(closed)).toBe('permanent');
  });

  test('leaves no copy unseen', () => {
    expect([200, 400, 503].map((status) => evidenceOf().unseenBehind(status))).toEqual([false, false, false]);
  });
});

describe('a copy', () => {
  const changing = { mayChange: true };

  test('that was sent after its attempt puts the next one in doubt, with the error of the attempt', () => {
    const first = evidenceOf(changing);
    const error = refusedConnection();
    copied(first, { error });
    expect(first.deliveryOf(error, true)).toBe('never-sent');
    first.copies?.end();
    const second = evidenceOf(changing, first);
    expect([first.sentLater, second.sentLater, second.doubt]).toEqual([false, false, undefined]);

    copied(first);

    expect([first.sentLater, second.sentLater]).toEqual([true, true]);
    expect(second.doubt).toBe(error);
    expect(second.deliveryOf(second.doubt, true)).toBe('unknown');
    expect(evidenceOf(changing, second).sentLater).toBe(true);
    expect(evidenceOf({ ...changing, repeatable: true }, first).doubt).toBeUndefined();
  });

  test('that was sent after an attempt that had no error is an error of its own', () => {
    const first = evidenceOf(changing);
    copied(first);
    first.copies?.end();
    copied(first);

    const { doubt } = evidenceOf(changing, first);

    expect(doubt).toEqual(new Error('A copy of the request was sent after its attempt'));
  });

  test('beside the one that was never started makes that one no proof', () => {
    const evidence = evidenceOf(changing);
    evidence.seeRequest(made(ORIGIN));
    copied(evidence);
    expect(evidence.deliveryOf(new Error('lost'), true)).toBe('never-sent');

    copied(evidence);

    expect(evidence.deliveryOf(new Error('lost'), true)).toBe('unknown');
  });

  test.each<[status: number, redirected: boolean, unseen: boolean | 'others']>([
    [200, false, 'others'],
    [200, true, false],
    [399, true, false],
    [400, true, true],
    [503, true, true],
    [503, false, true],
  ])('is behind a %i, redirected: %s', (status, redirected, unseen) => {
    const evidence = evidenceOf(changing);
    copied(evidence, { status: 201 });
    if (redirected) evidence.seeContext(visited(`${ORIGIN}/a`, `${ORIGIN}/b`));

    expect(evidence.unseenBehind(status)).toBe(unseen);
  });
});
