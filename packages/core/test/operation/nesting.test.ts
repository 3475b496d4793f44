import { expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { enclosing, mayBeNested, Nesting } from '../../src/operation/nesting.ts';
import { request } from '../support/situations.ts';
import { policyWith, stage } from '../support/stage.ts';

const traits = request('POST');
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a client that is called inside the send of another finds its operation', async () => {
  const nesting = new Nesting(stage([], { method: 'POST' }).operation);
  expect([mayBeNested(), enclosing(traits)]).toEqual([false, undefined]);

  const found = await nesting.send(async () => {
    await turn();
    return [mayBeNested(), enclosing(traits)];
  });

  expect(found).toEqual([true, nesting]);
  expect([mayBeNested(), enclosing(traits)]).toEqual([false, undefined]);
});

test('another URL is a request of its own', async () => {
  const nesting = new Nesting(stage([], { method: 'POST' }).operation);
  const other = request('POST', {}, 'http://origin.test/audit');

  expect(await nesting.send(async () => enclosing(other))).toBeUndefined();
});

test('a closure may change the method: the request that it sends is judged', async () => {
  const { operation, policy } = stage([], { method: 'GET' });
  const nesting = new Nesting(operation);
  const { url } = operation.traits;

  await nesting.send(async () =>
    enclosing(request('POST', {}, url))?.passThrough(policy, request('POST', {}, url), undefined),
  );

  expect([operation.traits.method, operation.repeatable]).toEqual(['POST', false]);
});

test('a closure may add a base URL and a query', async () => {
  const nesting = new Nesting(stage([], { method: 'PUT', url: '/orders/7' }).operation);

  expect(await nesting.send(async () => enclosing(request('PUT', {}, 'http://origin.test/orders/7?v=1')))).toBe(
    nesting,
  );
});

test('of two nestings the inner one is found', async () => {
  const [outer, inner] = [1, 2].map(() => new Nesting(stage([], { method: 'POST' }).operation));

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
  const nesting = new Nesting(stage([], { method: 'POST' }).operation);
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

test('what sends whenever its `then` is called is asked once', async () => {
  let asked = 0;
  // biome-ignore lint/suspicious/noThenProperty: a query builder that sends when it is awaited
  const lazy = { then: (resolve: (value: number) => void) => resolve(++asked) } as unknown as Promise<number>;

  expect(await new Nesting(stage([]).operation).send(() => lazy)).toBe(1);
  expect(asked).toBe(1);
});

test('what the inner policy forbids stays forbidden', () => {
  const { operation } = stage([], { method: 'PUT' });
  expect(operation.repeatable).toBe(true);

  new Nesting(operation).passThrough(policyWith({ rules: [{ repeat: 'never' }] }), request('PUT'), undefined);

  expect(operation.repeatable).toBe(false);
});

test('what the inner policy permits is no permission', () => {
  const { operation } = stage([], { method: 'POST' });

  new Nesting(operation).passThrough(policyWith({ rules: [{ repeat: 'always' }] }), traits, undefined);

  expect(operation.repeatable).toBe(false);
});

test('the key of the inner policy is the same on every attempt, and another one in another operation', () => {
  const policy = policyWith({ idempotencyKey: customKeyScheme({ header: 'Idempotency-Key' }) });
  const nestings = [1, 2].map(() => new Nesting(stage([], { method: 'POST' }).operation));

  const [first, second] = nestings.map((nesting) =>
    [1, 2, 3].map(() => nesting.passThrough(policy, traits, undefined)),
  );

  expect(first?.[0]).toEqual([['Idempotency-Key', expect.any(String)]]);
  expect(new Set(first).size).toBe(1);
  expect(second?.[0]).not.toEqual(first?.[0]);
});

test('two inner policies have a key each', () => {
  const [first, second] = ['A', 'B'].map((header) => policyWith({ idempotencyKey: customKeyScheme({ header }) }));
  const nesting = new Nesting(stage([], { method: 'POST' }).operation);
  if (!first || !second) throw new Error('two policies');

  expect(nesting.passThrough(first, traits, undefined)[0]?.[0]).toBe('A');
  expect(nesting.passThrough(second, traits, undefined)[0]?.[0]).toBe('B');
  expect(nesting.passThrough(policyWith(), traits, undefined)).toEqual([]);
});

test('what the caller says inside is read', () => {
  const nesting = new Nesting(stage([], { method: 'POST' }).operation);

  expect(nesting.passThrough(policyWith(), traits, undefined, { idempotencyKey: 'order-7' })).toEqual([
    ['Idempotency-Key', 'order-7'],
  ]);
});
