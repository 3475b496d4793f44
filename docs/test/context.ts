/** Modules whose names a page uses after its first block has imported them. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  '@twicesafe/fetch': ['bodyJudge', 'explain', 'keys', 'protocol', 'reauthorize', 'reportOf', 'wrapFetch'],
  '@twicesafe/core/adapter': ['Operation', 'gateDelayMs', 'policyFrom', 'runOperation', 'wait', 'waitForGate'],
  '@twicesafe/testing': ['faultProxy', 'provesSafe', 'serve'],
  '@twicesafe/server': ['NotApplied', 'idempotent'],
  vitest: ['expect', 'test'],
};

const OUTBOX = "import('@twicesafe/outbox').Outbox<import('@twicesafe/outbox/sqlite').SqliteDatabase, number>";

/** What belongs to the reader's own program. */
const READERS: Readonly<Record<string, string>> = {
  Client: 'declare class Client { order(url: string): Promise<void> }',
  MyStore: "declare const MyStore: new () => import('@twicesafe/server').IdempotencyStore",
  accountOf: 'declare function accountOf(from: unknown): string',
  api: 'declare const api: string',
  app: "declare const app: import('express').Express",
  assert: "import assert from 'node:assert'",
  aborted: 'declare const aborted: boolean',
  authenticate: "declare const authenticate: import('express').RequestHandler",
  body: 'declare const body: string',
  bodyUsed: 'declare const bodyUsed: boolean',
  confirm: "declare const confirm: import('@twicesafe/fetch').RetryOptions['confirm'] & object",
  client: "declare const client: import('@twicesafe/core/adapter').Client<Response>",
  commitSync: "import { commitSync } from '@twicesafe/server/sqlite'",
  database: "declare const database: import('node:sqlite').DatabaseSync",
  db: 'declare const db: { orders: { count(): Promise<number> }; doubts: { add(doubt: object): Promise<void> } }',
  document: 'declare const document: object',
  express: "import express from 'express'",
  headers: 'declare const headers: Headers',
  itemId: 'declare const itemId: string',
  login: 'declare const login: (origin: string) => Promise<{ token: string }>',
  log: 'declare const log: (entry: unknown) => void',
  method: 'declare const method: string',
  myClient: "declare const myClient: import('@twicesafe/testing/suites/client').Subject['wrap']",
  openOutbox: "import { openOutbox } from '@twicesafe/outbox'",
  openUpload: 'declare const openUpload: () => ReadableStream<Uint8Array<ArrayBuffer>>',
  operation: "declare const operation: import('@twicesafe/core/adapter').Operation",
  options: "declare const options: import('@twicesafe/core').RetryOptions",
  order: 'declare const order: { id: string; number: string; sentAt: number }',
  mails: `declare const mails: ${OUTBOX}`,
  outbox: `declare const outbox: ${OUTBOX}`,
  outcome: "declare const outcome: import('@twicesafe/core/adapter').Outcome",
  pay: 'declare function pay(request: unknown): Promise<object>',
  payments: `declare const payments: ${OUTBOX}`,
  payment: 'declare const payment: object',
  placeOrder: 'declare const placeOrder: (url: string) => Promise<unknown>',
  pool: "declare const pool: import('pg').Pool",
  query: 'declare const query: object',
  redisGate: "declare const redisGate: (url: string, channel: string) => import('@twicesafe/core').GateChannel",
  responseOrError: 'declare const responseOrError: Response',
  run: 'declare const run: (url: string) => Promise<unknown>',
  runId: 'declare const runId: string',
  scope: 'declare const scope: (request: Request) => string',
  session: 'declare const session: { accessToken: string; refresh(): Promise<void> }',
  setTimeout: "import { setTimeout } from 'node:timers/promises'",
  signal: 'declare const signal: AbortSignal',
  stepId: 'declare const stepId: string',
  sqliteStore: "import { sqliteStore } from '@twicesafe/server/sqlite'",
  storeClient: 'declare const storeClient: object',
  store: `declare const store: ReturnType<typeof import('@twicesafe/outbox/sqlite').sqliteOutbox> & {
    purge(limit: number): Promise<number>;
  }`,
  url: 'declare const url: string',
};

const SHOWN =
  "type Shown = Pick<import('@twicesafe/fetch').RetryOptions, 'rules'> | Pick<import('@twicesafe/server').IdempotentOptions, 'scope'>;";

/** Declares what a block uses and leaves out, because the page has said it before or because it is the reader's own. */
export function contextOf(code: string): string {
  const lines = Object.entries(MODULES).flatMap(([module, names]) => {
    const used = names.filter((name) => isMissing(code, name));
    return used.length === 0 ? [] : [`import { ${used.join(', ')} } from '${module}';`];
  });
  if (isMissing(code, 'fetch') && /\bretry: \{/.test(code))
    lines.push(
      "import { wrapFetch as wrapForContext } from '@twicesafe/fetch';",
      'declare const fetch: ReturnType<typeof wrapForContext>;',
    );
  for (const [name, declaration] of Object.entries(READERS)) if (isMissing(code, name)) lines.push(`${declaration};`);
  return [...lines, SHOWN].join('\n');
}

/** Whether a block uses a name as a value, and neither declares nor imports it. */
function isMissing(code: string, name: string): boolean {
  const plain = code
    .replaceAll(/\/\/.*$|'[^'\n]*'/gm, '')
    .replaceAll(/`[^`]*`/g, (text) => (text.match(/\$\{[^}]*\}/g) ?? []).join(' '));
  const isUsed = new RegExp(`(?<!\\w|(?<!\\.\\.)\\.)${name}\\b(?!\\??:)`).test(plain);
  const isDeclared = new RegExp(
    `(?:const|let|function|class|type) ${name}\\b|(?:const|import|import type) \\{[^}]*\\b${name}\\b[^}]*\\}|import ${name}\\b|[({][^(){}]*\\b${name}\\b[^(){}]*[)}]+ =>|\\b${name} =>`,
  ).test(plain);
  return isUsed && !isDeclared;
}
