import { describe, expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { enclosing, mayBeNested, Nesting } from '../../src/operation/nesting.ts';
import { request } from '../support/situations.ts';
import { policyWith, stage } from '../support/stage.ts';

const traits = request('POST');
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a client that is called inside the send of another finds its operation', async () => {
  const nesting = new Nesting(stage([], { method: 'POST' }).operation, undefined);
  expect([mayBeNested(), enclosing(traits)]).toEqual([false, undefined]);

  const found = await nesting.send(async () => {
    await turn();
    return [mayBeNested(), enclosing(traits)];
  });

  expect(found).toEqual([true, nesting]);
  expect([mayBeNested(), enclosing(traits)]).toEqual([false, undefined]);
});

test('another URL is a request of its own', async () => {
  const nesting = new Nesting(stage([], { method: 'POST' }).operation, undefined);
  const other = request('POST', {}, 'http://origin.test/audit');

  expect(await nesting.send(async () => enclosing(other))).toBeUndefined();
});

test('a closure may change the method: the request that it sends is judged', async () => {
  const { operation, policy } = stage([], { method: 'GET' });
  const nesting = new Nesting(operation, undefined);
  const { url } = operation.traits;

  await nesting.send(async () =>
    enclosing(request('POST', {}, url))?.passThrough(policy, request('POST', {}, url), undefined),
  );

  expect([operation.traits.method, operation.repeatable]).toEqual(['POST', false]);
});

test('a closure may add a base URL and a query', async () => {
  const nesting = new Nesting(stage([], { method: 'PUT', url: '/orders/7' }).operation, undefined);

  expect(await nesting.send(async () => enclosing(request('PUT', {}, 'http://origin.test/orders/7?v=1')))).toBe(
    nesting,
  );
});

test.each([
  ['a whole URL that a proxy is given', 'http://origin.test/orders', 'http://proxy.test/http://origin.test/orders'],
  ['an empty URL', '', 'http://origin.test/orders'],
  ['a query alone', '?v=1', 'http://origin.test/orders'],
  ['another path', '/orders/7', 'http://origin.test/orders/8'],
])('%s is not recognized by its end', async (_, url, inside) => {
  const nesting = new Nesting(stage([], { method: 'PUT', url }).operation, undefined);

  expect(await nesting.send(async () => enclosing(request('PUT', {}, inside)))).toBeUndefined();
});

test('of two nestings the inner one is found', async () => {
  const [outer, inner] = [1, 2].map(() => new Nesting(stage([], { method: 'POST' }).operation, undefined));

  const found = await outer?.send(async () => inner?.send(async () => enclosing(traits)));

  expect(found).toBe(inner);
});

test.each<[string, () => Promise<unknown>]>([
  ['has ended', async () => {}],
  ['failed', () => Promise.reject(new Error('no'))],
  [
    'threw at once',
    () => {
      throw new Error('no');
    },
  ],
  ['returned no promise', (() => 'response') as unknown as () => Promise<unknown>],
])('what goes on after a send that %s is a request of its own', async (_, ends) => {
  const nesting = new Nesting(stage([], { method: 'POST' }).operation, undefined);
  let later: unknown = 'not asked';
  const send = () => {
    void turn()
      .then(turn)
      .then(() => {
        later = enclosing(traits);
      });
    return ends();
  };

  try {
    await nesting.send(send);
  } catch {}
  for (let turns = 0; turns < 4; turns++) await turn();

  expect(later).toBeUndefined();
});

test("calls a lazy promise's `then` once", async () => {
  let asked = 0;
  // biome-ignore lint/suspicious/noThenProperty: a query builder that sends when it is awaited
  const lazy = { then: (resolve: (value: number) => void) => resolve(++asked) } as unknown as Promise<number>;

  expect(await new Nesting(stage([]).operation, undefined).send(() => lazy)).toBe(1);
  expect(asked).toBe(1);
});

test("the inner policy's prohibition stays in force", () => {
  const { operation } = stage([], { method: 'PUT' });
  expect(operation.repeatable).toBe(true);

  new Nesting(operation, undefined).passThrough(
    policyWith({ rules: [{ repeat: 'never' }] }),
    request('PUT'),
    undefined,
  );

  expect(operation.repeatable).toBe(false);
});

test("the inner policy's permission doesn't count outside", () => {
  const { operation } = stage([], { method: 'POST' });

  new Nesting(operation, undefined).passThrough(policyWith({ rules: [{ repeat: 'always' }] }), traits, undefined);

  expect(operation.repeatable).toBe(false);
});

test('the inner key stays the same across attempts and differs across operations', () => {
  const policy = policyWith({ idempotencyKey: customKeyScheme({ header: 'Idempotency-Key' }) });
  const nestings = [1, 2].map(() => new Nesting(stage([], { method: 'POST' }).operation, undefined));

  const [first, second] = nestings.map((nesting) =>
    [1, 2, 3].map(() => nesting.passThrough(policy, traits, undefined)),
  );

  expect(first?.[0]).toEqual([['Idempotency-Key', expect.any(String)]]);
  expect(new Set(first).size).toBe(1);
  expect(second?.[0]).not.toEqual(first?.[0]);
});

describe('what is sent in the context of another operation', () => {
  const policy = policyWith({ idempotencyKey: customKeyScheme({ header: 'Idempotency-Key' }) });
  const unknown = (): undefined => undefined;
  const hangs = () => new Promise<never>(() => {});
  const operationAt = (url: string, method = 'POST') => stage([], { method, url }).operation;

  /** The keys of requests that are sent in the context of the first of several operations that are under way. */
  async function keysOf(url: string, bodies: readonly unknown[], sent: readonly unknown[]): Promise<Set<unknown>> {
    const nestings = bodies.map((body) => new Nesting(operationAt(url), body));
    for (const each of nestings.slice(1)) void each.send(hangs);
    const inside = request('POST', {}, url);
    const keys = await nestings[0]?.send(async () =>
      sent.map((body) => enclosing(inside)?.passThrough(policy, inside, body)[0]?.[1]),
    );
    return new Set(keys);
  }

  test.each<[string, readonly unknown[]]>([
    ['different bodies', ['a', 'b', 'c']],
    ['equal bodies', ['a', 'a', 'a']],
    ['bodies that cannot be compared', [unknown, unknown, unknown]],
  ])('has a key of its own: %s', async (name, bodies) => {
    expect((await keysOf(`http://origin.test/${name}`, bodies, bodies)).size).toBe(3);
  });

  test("a copy sent by an inner function has the first one's key", async () => {
    const url = 'http://origin.test/copies';
    void new Nesting(operationAt(url, 'PUT'), 'a').send(hangs);
    void new Nesting(operationAt('http://origin.test/elsewhere'), 'a').send(hangs);

    expect((await keysOf(url, ['a', 'b'], ['a', 'a'])).size).toBe(1);
  });

  test('an operation of which one send ended is still under way', async () => {
    const url = 'http://origin.test/twice';
    const nesting = new Nesting(operationAt(url), 'a');
    void nesting.send(hangs);
    await nesting.send(async () => {});

    expect((await keysOf(url, ['a'], ['a', 'a'])).size).toBe(2);
  });

  test('another request of the same operation has another key', async () => {
    expect((await keysOf('http://origin.test/refreshes', ['a'], ['refresh', 'a'])).size).toBe(2);
  });

  test('the same request has the same key on the next attempt', async () => {
    const nesting = new Nesting(stage([], { method: 'POST' }).operation, 'a');
    const send = () => nesting.send(async () => enclosing(traits)?.passThrough(policy, traits, 'a'));

    expect(await send()).toEqual(await send());
  });

  test('an operation that is over is forgotten, though its function never settles', async () => {
    const operation = operationAt('http://origin.test/over');
    void new Nesting(operation, 'a').send(hangs);
    operation.settle({});

    expect((await keysOf('http://origin.test/over', ['a'], ['a', 'a'])).size).toBe(1);
  });
});

test('two inner policies have a key each', () => {
  const [first, second] = ['A', 'B'].map((header) => policyWith({ idempotencyKey: customKeyScheme({ header }) }));
  const nesting = new Nesting(stage([], { method: 'POST' }).operation, undefined);
  if (!first || !second) throw new Error('two policies');

  expect(nesting.passThrough(first, traits, undefined)[0]?.[0]).toBe('A');
  expect(nesting.passThrough(second, traits, undefined)[0]?.[0]).toBe('B');
  expect(nesting.passThrough(policyWith(), traits, undefined)).toEqual([]);
});

test("reads the caller's options inside", () => {
  const nesting = new Nesting(stage([], { method: 'POST' }).operation, undefined);

  expect(nesting.passThrough(policyWith(), traits, undefined, { idempotencyKey: 'order-7' })).toEqual([
    ['Idempotency-Key', 'order-7'],
  ]);
});

test('with many requests in flight, a send looks at only a few', () => {
  let looks = 0;
  const { operation } = stage([], { method: 'POST' });
  const counted = new Proxy(operation, {
    get(target, name) {
      if (name === 'isOver') looks++;
      return Reflect.get(target, name, target);
    },
  });

  for (let sent = 0; sent < 4096; sent++) void new Nesting(counted, undefined).send(() => new Promise<never>(() => {}));

  expect(looks).toBeGreaterThan(0);
  expect(looks).toBeLessThan(4 * 4096);
});
