import type { Protocol, ProtocolReading, ProtocolRequest, ProtocolSemantics, UrlTest } from '../protocol.ts';
import { quoted } from '../shared/quoted.ts';
import { checkedUrlTest } from '../shared/url-test.ts';
import { judgeGraphql } from './answer.ts';
import { callsOf, type GraphqlCall } from './calls.ts';
import { carriesKey } from './key-in-document.ts';
import { type Operation, type OperationKind, operationsOf, selectOperation } from './operations.ts';

export type { OperationKind } from './operations.ts';

/** What {@link graphql} may be told. */
export interface GraphqlOptions {
  /**
   * The URLs of GraphQL servers.
   *
   * @default every URL: a body is recognized by its members and by a document that parses
   */
  readonly url?: UrlTest;
  /**
   * What stored documents are, by hash, identifier or operation name: a kind, or the document's text. The manifests that
   * Relay and other compilers write fit as they are.
   *
   * @default none, and a request without a document keeps the verdict of its method
   * @example
   * graphql({ operations: { OrdersQuery: 'query', '2ce1…': 'mutation PayOrder { pay { id } }' } })
   */
  readonly operations?: Readonly<Record<string, string>>;
  /**
   * Arguments of mutations that are idempotency keys, as paths from the root field's arguments. A mutation is repeatable if
   * every one of its root fields has such an argument, or Shopify's directive `@idempotent(key:)`.
   *
   * @default ['idempotencyKey']
   * @example
   * graphql({ keyArguments: ['input.clientToken'] })
   */
  readonly keyArguments?: readonly string[];
}

/**
 * Reads GraphQL: a query is safe, a mutation or a subscription is not, whatever the method.
 *
 * "The resolution of fields other than top-level mutation fields must always be side effect-free and idempotent" (GraphQL
 * October 2021, section 6.2.2). A batch is as safe as its most dangerous member.
 *
 * @throws {TypeError} If an option has a value that is not allowed.
 * @example
 * wrapFetch(fetch, { protocols: [graphql()] });
 */
export function graphql(options: GraphqlOptions = {}): Protocol {
  const { operations = {}, keyArguments = ['idempotencyKey'] } = options;
  const url = checkedUrlTest('graphql', options.url);
  if (!Array.isArray(keyArguments) || !keyArguments.every((path) => /^\w+(\.\w+)*$/.test(path))) {
    throw new TypeError(
      `graphql: keyArguments must be a list of paths such as 'input.key', not ${String(keyArguments)}`,
    );
  }
  const stored = new Map(Object.entries(operations));

  function read(request: ProtocolRequest): ProtocolReading | undefined {
    if (url && !url.test(request.url)) return undefined;
    const calls = callsOf(request)?.map(readCall);
    if (!calls?.every((call) => call !== undefined)) return undefined;
    const [worst] = calls.toSorted((a, b) => DANGER.indexOf(b.semantics) - DANGER.indexOf(a.semantics));
    if (!worst || calls.length === 1) return worst;
    return { ...worst, subject: `GraphQL batch of ${calls.length} with ${worst.subject.replace('GraphQL ', '')}` };
  }

  function readCall(call: GraphqlCall): ProtocolReading | undefined {
    const text = call.document ?? stored.get(String(call.storedAs)) ?? stored.get(String(call.operationName)) ?? '';
    if (call.document === undefined && isKind(text)) return readingOf(text, call.operationName);
    const operations = operationsOf(text);
    const operation = operations && selectOperation(operations, call.operationName);
    if (!operation) return operations && readingOf(mostDangerous(operations), call.operationName);
    const reading = readingOf(operation.kind, operation.name);
    const keyed = operation.kind === 'mutation' && carriesKey(operation.selection, keyArguments, call.variables);
    return keyed ? { subject: `${reading.subject} with an idempotency key`, semantics: 'idempotent' } : reading;
  }

  return { name: 'GraphQL', read, judge: judgeGraphql };
}

const DANGER: readonly ProtocolSemantics[] = ['safe', 'idempotent', 'method', 'unsafe'];

function isKind(text: string): text is OperationKind {
  return text === 'query' || text === 'mutation' || text === 'subscription';
}

/** What a server may execute that chooses an operation where the specification selects none. */
function mostDangerous(operations: readonly Operation[]): OperationKind {
  return operations.find(({ kind }) => kind !== 'query')?.kind ?? 'query';
}

function readingOf(kind: OperationKind, name: unknown): ProtocolReading {
  const called = typeof name === 'string' && name !== '' ? ` ${quoted(name)}` : '';
  return { subject: `GraphQL ${kind}${called}`, semantics: kind === 'query' ? 'safe' : 'unsafe' };
}
