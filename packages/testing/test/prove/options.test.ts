import { expect, test } from 'vitest';
import { faults, provesSafe, scriptedOrigin, TestingError } from '../../src/index.ts';
import { post, postAgain } from '../support/post.ts';

const resetAfter = { faults: ['resetAfter'], on: [1], time: 'virtual' } as const;

test('two effects on purpose are no doubling, if the function says so', async () => {
  const both = async (url: string): Promise<unknown> => [await post(`${url}a`), await post(`${url}b`)];

  expect((await provesSafe(both, { ...resetAfter })).rows[0]?.verdict).toBe('DOUBLED');
  expect((await provesSafe(both, { ...resetAfter, effects: 2 })).rows).toMatchObject([
    { verdict: 'ok', effects: 2 },
    { verdict: 'misled', effects: 1 },
  ]);
});

test('effects with an identity double only if the identity is the same', async () => {
  const both = async (url: string): Promise<unknown> => [await postAgain(`${url}a`), await post(`${url}b`)];
  const effectOf = ({ target }: { readonly target: string }): string => target;

  const proof = await provesSafe(both, { ...resetAfter, effectOf });

  expect(proof.rows.map(({ verdict, effects }) => [verdict, effects])).toEqual([
    ['ok', 2],
    ['DOUBLED', 3],
  ]);
});

test('a function without effects is put to the proof by its safe requests', async () => {
  const read = async (url: string): Promise<Response> => await postAgain(url, { method: 'GET', body: null });

  const proof = await provesSafe(read, { faults: ['resetBefore', 'lost502'], on: [1], effects: 0 });

  expect(proof.rows.map(({ verdict, arrivals }) => [verdict, arrivals])).toEqual([
    ['ok', 1],
    ['ok', 2],
    ['ok', 2],
  ]);
});

test('effects are counted where the application stores them', async () => {
  let orders = 40;
  const proof = await provesSafe(postAgain, {
    ...resetAfter,
    effects: async () => orders,
    answer: () => ({ status: 201, body: String(++orders) }),
  });

  expect(proof.rows.map(({ verdict, effects }) => [verdict, effects])).toEqual([
    ['ok', 1],
    ['DOUBLED', 2],
  ]);
});

test('fresh makes one client for each run', async () => {
  const clients: number[] = [];
  let made = 0;
  await provesSafe(
    (url, client: number) => {
      clients.push(client);
      return post(url);
    },
    { ...resetAfter, fresh: () => ++made, concurrency: 1 },
  );

  expect(clients).toEqual([1, 2, 3, 4]); // the control runs three times
});

test("the claim is what the function's caller would understand", async () => {
  const proof = await provesSafe(post, {
    ...resetAfter,
    claim: ({ status }) => (status === 'rejected' ? 'unknown' : 'done'),
  });

  expect(proof.rows[1]?.verdict).toBe('in doubt');
});

test('the application can answer what the client reads, and ignore keys', async () => {
  const send = async (url: string): Promise<unknown> =>
    (await (await fetch(url, { method: 'POST', headers: { 'Idempotency-Key': 'k' } })).json()).order;
  const order = { answer: () => ({ headers: { 'content-type': 'application/json' }, body: '{"order":7}' }) };

  const honored = await provesSafe(send, { faults: ['duplicated'], on: [1], ...order });
  const ignored = await provesSafe(send, { faults: ['duplicated'], on: [1], ...order, keyHeader: undefined });

  expect([honored.rows[1]?.verdict, ignored.rows[1]?.verdict]).toEqual(['ok', 'needs key']);
});

test('a fault is given by its name or as a member of faults', async () => {
  const proof = await provesSafe(post, { faults: ['lost502', faults.failed500], on: [1] });

  expect(proof.rows.map(({ fault }) => fault)).toEqual(['none', 'lost502', 'failed500']);
});

test.each<[string, object]>([
  ["time must be 'real' or 'virtual', not \"fake\"", { time: 'fake' }],
  ['effects must be a whole number of 0 or more, not -1', { effects: -1 }],
  ['on must be a list of attempts, not []', { on: [] }],
  ['on must be a whole number of 1 or more, not 0', { on: [0] }],
  ['faults must be a list of faults, not "resetAfter"', { faults: 'resetAfter' }],
  ['concurrency must be a whole number of 1 or more, not 0', { concurrency: 0 }],
  ['limitMs must be a whole number from 1 to 2147483647, not null', { limitMs: Number.NaN }],
  [
    'to must be a port or an http: URL without a path, such as http://localhost:3000, not "localhost:3000"',
    { to: 'localhost:3000' },
  ],
  [
    "time must be 'real' together with the option to: your server has a clock of its own",
    { to: 'http://localhost:1', time: 'virtual' },
  ],
])('%s', async (message, options) => {
  await expect(provesSafe(post, options)).rejects.toThrow(message);
});

test('an unknown fault is named, with all that there are', async () => {
  const unknown = provesSafe(post, { faults: ['resetAftr' as 'resetAfter'] });

  await expect(unknown).rejects.toThrow(/faults must name a fault \(none, refused, .*redirect302\), not "resetAftr"/);
});

test("refuses values that aren't functions", async () => {
  await expect(provesSafe('http://localhost' as never)).rejects.toThrow('run must be a function of a URL, not string');
});

test.each<[string, RegExp, () => unknown]>([
  ['throws', /effects\(\) threw/, () => Promise.reject(new Error('no database'))],
  ['returns no number', /effects\(\) must return a whole number, not "3"/, () => '3'],
])('effects that %s are a clear error', async (_, message, effects) => {
  const proof = provesSafe(post, { ...resetAfter, effects: effects as () => number });

  await expect(proof).rejects.toThrow(TestingError);
  await expect(proof).rejects.toThrow(message);
  await expect(proof).rejects.toMatchObject({ code: 'effects-failed' });
});

test('a throwing function among the options ends the proof without leftovers', async () => {
  let runs = 0;
  const own = new Error('a bug in the test');
  const run = async (url: string): Promise<Response> => {
    runs += 1;
    return await post(url);
  };
  let claims = 0;
  const claim = (): 'done' => {
    claims += 1;
    if (claims === 2) throw own;
    return 'done';
  };

  await expect(provesSafe(run, { claim, concurrency: 3 })).rejects.toBe(own);
  const atTheEnd = runs;
  await new Promise((resolve) => setTimeout(resolve, 100));

  expect(runs).toBe(atTheEnd);
  expect(runs).toBeLessThan(8);
});

test('a port in use is the error of the server', async () => {
  await using origin = await scriptedOrigin();

  await expect(scriptedOrigin({ port: origin.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
