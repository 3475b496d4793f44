import { test } from 'vitest';
import { ask, clients, listModels } from './chat.ts';
import { listen } from './chat-api.ts';

test.concurrent.for([
  { name: 'installed', posts: 3, told: 'Connection error. No report' },
  { name: 'wrapped', posts: 1, told: 'Effect: maybe-applied, because an attempt ended without an answer' },
  { name: 'judged', posts: 1, told: 'Effect: maybe-applied, because an earlier run of this request' },
] as const)(
  '$name retries reads, and sends $posts POST for a question whose answer is lost',
  async (row, { expect }) => {
    await using api = await listen();
    const client = clients[row.name](api.url);

    expect(await listModels(client)).toEqual(['model-7']);
    expect(await ask(client, 'Hello')).toContain(row.told);

    const posts = Array<string>(row.posts).fill('POST');
    expect(api.requests.map(({ method }) => method)).toEqual(['GET', 'GET', ...posts]);
    expect(api.effects).toHaveLength(row.posts);
  },
);
