import { createSchema, createYoga, type Plugin } from 'graphql-yoga';
import { expect, test, vi } from 'vitest';
import { judgeGraphql } from '../../src/graphql/answer.ts';
import type { ProtocolAnswer } from '../../src/protocol.ts';

// Loading these servers and clients takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const typeDefs = 'type Query { a: String } type Mutation { pay: String, payStrictly: String! }';

/** A server that counts payments and then fails. */
function server(plugins: readonly Plugin[] = []) {
  const paid: string[] = [];
  const fail = () => {
    paid.push('paid');
    throw new Error('lost');
  };
  const schema = createSchema({ typeDefs, resolvers: { Mutation: { pay: fail, payStrictly: fail } } });
  const yoga = createYoga({ schema, plugins: [...plugins], logging: false });

  async function send(
    query: string,
    accept: string,
  ): Promise<{ readonly status: number; readonly answer: ProtocolAnswer | undefined }> {
    const headers = { 'content-type': 'application/json', accept };
    const response = await yoga.fetch('http://api.example/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    return { status: response.status, answer: judgeGraphql(response, await response.text()) };
  }

  return { paid, send };
}

const TYPES = ['application/json', 'application/graphql-response+json'];

test.each(TYPES)('a mutation that was executed and failed is never called refused (%s)', async (accept) => {
  const { paid, send } = server();

  const answers = [await send('mutation { pay }', accept), await send('mutation { payStrictly }', accept)];

  expect(paid).toEqual(['paid', 'paid']);
  expect(answers.map(({ answer }) => answer?.refused)).toEqual([undefined, undefined]);
  expect(answers.map(({ answer }) => answer?.verdict)).toEqual(['final', 'final']);
});

test('a plugin that fails after the execution is never taken for a refusal', async () => {
  const { paid, send } = server([
    {
      onExecutionResult() {
        throw new Error('too late');
      },
    } as Plugin,
  ]);

  const answers = await Promise.all(TYPES.map((accept) => send('mutation { pay }', accept)));

  expect(paid).toEqual(['paid', 'paid']);
  expect(answers.map(({ answer }) => answer?.refused)).toEqual([undefined, undefined]);
});

test('a mutation that is not valid was refused before the execution', async () => {
  const { paid, send } = server();

  const { status, answer } = await send('mutation { unknown }', 'application/graphql-response+json');

  expect(paid).toEqual([]);
  expect(status).toBe(400);
  expect(answer).toMatchObject({ verdict: 'final', refused: expect.any(String) });
});
