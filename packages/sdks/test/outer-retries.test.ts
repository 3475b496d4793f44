import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { Octokit } from '@octokit/core';
import { createTRPCUntypedClient, httpLink, isNonJsonSerializable } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { createRetryPolicy } from '@twicesafe/core';
import { Origin, processThenReset, status } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { wrapAws } from '../src/aws.ts';
import { comparable } from '../src/comparable.ts';
import { twicesafe as forOctokit } from '../src/octokit.ts';
import { twicesafe as forTrpc } from '../src/trpc.ts';

const judge = { outerRetries: 'judge', skipWaits: true } as const;
const JSON_ANSWER = { headers: { 'content-type': 'application/json' }, body: '{"result":{"data":7}}' };
const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer as ArrayBuffer;

function form(value: string): FormData {
  const data = new FormData();
  data.append('order', value);
  return data;
}

/** How many of these calls arrive, if the first one is processed and cut off. */
async function arrivals(calls: (url: string) => readonly (() => Promise<unknown>)[]): Promise<number> {
  await using origin = await Origin.listen({ respond: () => status(200, JSON_ANSWER) });
  origin.plays(processThenReset());
  for (const call of calls(origin.url)) await call().catch(() => {});
  return origin.requests.length;
}

describe('two inputs look equal only if they are sent alike', () => {
  test.each<[string, unknown, unknown]>([
    ['numbers', { item: 1 }, { item: 2 }],
    ['no number and infinity', { item: Number.NaN }, { item: Number.POSITIVE_INFINITY }],
    ['no number and null', [Number.NaN], [null]],
    ['a big integer and its text', { item: 7n }, { item: '7' }],
    ['nothing and null', [undefined], [null]],
    ['a missing member', { item: undefined }, {}],
    ['a date and its text', { at: new Date(0) }, { at: new Date(0).toJSON() }],
    ['an invalid date and null', { at: new Date(Number.NaN) }, { at: null }],
    ['bytes', { data: new Uint8Array([1]) }, { data: new Uint8Array([2]) }],
    ['zeros', [0], [-0]],
    ['a number and its text', 5, '5'],
    ['a number and what stands for it', [5], ['number 5']],
    ['null and its text', null, 'object null'],
  ])('%s', (_, first, second) => {
    expect(comparable(first)).not.toEqual(comparable(second));
    expect(comparable(first)).toEqual(comparable(first));
  });

  class Order {
    readonly #item: number;
    constructor(item: number) {
      this.#item = item;
    }
    get item() {
      return this.#item;
    }
  }
  const endless: { self?: unknown } = {};
  endless.self = endless;

  test.each<[string, unknown]>([
    ['a form', form('a')],
    ['a map', { items: new Map([[1, 2]]) }],
    ['a set', [new Set([1])]],
    ['a file', { file: new Blob(['x']) }],
    ['a buffer', bytes('x')],
    ['an object of a class', new Order(7)],
    ['a function', { price: () => 1 }],
    ['a loop', endless],
  ])('%s equals nothing', (_, input) => {
    expect(comparable(input)).toBe(undefined);
  });
});

describe('Octokit', () => {
  const post = (url: string, data: unknown, policy = createRetryPolicy(judge)) => {
    const Safe = Octokit.plugin(forOctokit(policy) as never);
    const octokit = new Safe({ baseUrl: url.slice(0, -1) });
    return () => octokit.request('POST /orders', { data } as never);
  };

  test.each<[string, () => unknown, () => unknown, number]>([
    ['other forms', () => form('a'), () => form('b'), 2],
    ['other buffers', () => bytes('a'), () => bytes('b'), 2],
    ['other blobs', () => new Blob(['a']), () => new Blob(['b']), 2],
    ['other objects', () => ({ item: 1 }), () => ({ item: 2 }), 2],
    ['equal forms', () => form('a'), () => form('a'), 1],
    ['equal buffers', () => bytes('a'), () => bytes('a'), 1],
    ['equal objects', () => ({ item: 1 }), () => ({ item: 1 }), 1],
  ])('%s', async (_, first, second, sent) => {
    const sender = (url: string) => {
      const Safe = Octokit.plugin(forOctokit(judge) as never);
      const octokit = new Safe({ baseUrl: url.slice(0, -1) });
      return (data: unknown) => () => octokit.request('POST /orders', { data } as never);
    };

    expect(
      await arrivals((url) =>
        [first, second].map(
          (
            (send) => (make) =>
              send(make())
          )(sender(url)),
        ),
      ),
    ).toBe(sent);
  });

  test('two clients with one policy, which may belong to two users', async () => {
    const policy = createRetryPolicy(judge);

    expect(await arrivals((url) => [post(url, { item: 1 }, policy), post(url, { item: 1 }, policy)])).toBe(2);
  });
});

describe('tRPC', () => {
  const place = (url: string, inputs: readonly unknown[]) => {
    const transformer = { serialize: (value: unknown) => String(value), deserialize: (value: unknown) => value };
    const client = createTRPCUntypedClient<AnyRouter>({
      links: [forTrpc<AnyRouter>(judge), httpLink({ url, transformer } as never)],
    });
    return inputs.map((input) => () => client.mutation('place', input));
  };

  test.each<[string, unknown, unknown, number]>([
    ['other big integers', 7n, 8n, 2],
    ['equal big integers', 7n, 7n, 1],
    ['maps', new Map([[1, 2]]), new Map([[1, 3]]), 2],
    ['forms', form('a'), form('b'), 2],
    ['bytes', new Uint8Array([1]), new Uint8Array([2]), 2],
  ])('%s', async (_, first, second, sent) => {
    expect(isNonJsonSerializable(form('a'))).toBe(true);
    expect(await arrivals((url) => place(url, [first, second]))).toBe(sent);
  });

  test('two clients of one policy', async () => {
    const link = forTrpc<AnyRouter>(judge);
    const client = (url: string) => createTRPCUntypedClient<AnyRouter>({ links: [link, httpLink({ url })] });

    expect(await arrivals((url) => [1, 2].map(() => () => client(url).mutation('place', 7)))).toBe(2);
  });
});

describe('AWS', () => {
  const settings = { region: 'us-east-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } };

  test('the query is part of the URL', async () => {
    await using origin = await Origin.listen({ respond: () => status(503) });
    const urls: string[] = [];
    const s3 = wrapAws(new S3Client({ ...settings, endpoint: origin.url, forcePathStyle: true }), {
      ...judge,
      maxAttempts: 1,
      rules: [{ matchQuery: true, url: { test: (url) => urls.push(url) > 0 } }],
    });
    for (const Prefix of ['a b', 'c'])
      await s3.send(new ListObjectsV2Command({ Bucket: 'orders', Prefix })).catch(() => {});
    const TagSet = [{ Key: 'a', Value: 'b' }];
    for (const VersionId of ['1', '2', '1']) {
      const command = new PutObjectTaggingCommand({ Bucket: 'orders', Key: 'a', VersionId, Tagging: { TagSet } });
      await s3.send(command).catch(() => {});
    }

    expect(urls.some((url) => /\?list-type=2&prefix=a%20b$/.test(url))).toBe(true);
    expect(origin.requests).toHaveLength(5);
  });

  test('two orders are two, and a repeat is none', async () => {
    const put = (url: string) => {
      const dynamo = wrapAws(new DynamoDBClient({ ...settings, endpoint: url }), judge);
      return (item: string) => () =>
        dynamo.send(new PutItemCommand({ TableName: 'orders', Item: { id: { S: item } } }));
    };

    expect(await arrivals((url) => ['1', '2', '1'].map(put(url)))).toBe(2);
  });
});
