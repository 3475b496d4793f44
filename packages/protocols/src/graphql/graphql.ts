import { protocol } from '@twicesafe/core';
import type { BodyJudge, Protocol, ProtocolReading, ProtocolRequest, UrlTest } from '../protocol.ts';
import { batchReading } from '../shared/batch.ts';
import { quoted } from '../shared/quoted.ts';
import { checkedUrlTest } from '../shared/url-test.ts';
import { callsOf, type GraphqlCall } from './calls.ts';
import { carriesKey } from './key-in-document.ts';
import { type Operation, type OperationKind, operationsOf, selectOperation } from './operations.ts';

export type { OperationKind } from './operations.ts';

/** The options of {@link graphql}. */
export interface GraphqlOptions {
  /**
   * The URLs of GraphQL servers.
   *
   * @default every URL, because a body is recognized by its properties and by a document that parses
   */
  readonly url?: UrlTest;
  /**
   * Stored documents by hash, identifier or operation name. Each value is an operation kind or the document's text. You
   * can pass the manifests that Relay and other compilers write.
   *
   * @default none, so a request without a document is judged by its HTTP method
   * @example
   * graphql({ operations: { OrdersQuery: 'query', '2ce1…': 'mutation PayOrder { pay { id } }' } })
   */
  readonly operations?: Readonly<Record<string, string>>;
  /**
   * Mutation arguments that are idempotency keys, as paths from the root field's arguments. A mutation may be retried
   * if every root field has such an argument or Shopify's directive `@idempotent(key:)`.
   *
   * @default ['idempotencyKey']
   * @example
   * graphql({ keyArguments: ['input.clientToken'] })
   */
  readonly keyArguments?: readonly string[];
  /**
   * Judges the responses by their bodies, because a GraphQL server sends most of its errors in a 200. `judges.graphql`
   * knows the throttle codes of Shopify and GitHub, and their waits.
   *
   * @default none, so the status decides, and no body is read
   */
  readonly judge?: BodyJudge;
}

/**
 * Reads GraphQL requests. A query is safe, and a mutation or subscription is unsafe, whatever the HTTP method.
 *
 * "The resolution of fields other than top-level mutation fields must always be side effect-free and idempotent"
 * (GraphQL October 2021, section 6.2.2). A batch is as safe as its most dangerous member.
 *
 * @throws {TypeError} If an option is invalid.
 * @example
 * wrapFetch(fetch, { protocols: [graphql({ judge: judges.graphql })] });
 */
export function graphql(options: GraphqlOptions = {}): Protocol {
  const { operations = {}, keyArguments = ['idempotencyKey'], judge } = options;
  const url = checkedUrlTest('graphql', options.url);
  if (!Array.isArray(keyArguments) || !keyArguments.every((path) => /^\w+(\.\w+)*$/.test(path))) {
    throw new TypeError(`graphql: keyArguments must be a list of paths, not ${String(keyArguments)}`);
  }
  const stored = new Map<unknown, string>(Object.entries(operations));

  function read(request: ProtocolRequest): ProtocolReading | undefined {
    return url?.test(request.url) === false ? undefined : batchReading('GraphQL', callsOf(request).map(readCall));
  }

  function readCall(call: GraphqlCall | undefined): ProtocolReading | undefined {
    if (!call) return undefined;
    const { document, storedAs, operationName, variables } = call;
    const text = document ?? stored.get(storedAs) ?? stored.get(operationName) ?? '';
    if (document === undefined && isKind(text)) return readingOf(text, operationName);
    const operations = operationsOf(text);
    const operation = selectOperation(operations, operationName);
    if (!operation) return operations[0] && readingOf(mostDangerous(operations), operationName);
    const keyed = operation.kind === 'mutation' && carriesKey(operation.selection, keyArguments, variables);
    const { subject, semantics } = readingOf(operation.kind, operation.name);
    return keyed ? { subject: `${subject} with an idempotency key`, semantics: 'idempotent' } : { subject, semantics };
  }

  return protocol({ name: 'GraphQL', read, judge });
}

function isKind(text: string): text is OperationKind {
  return text === 'query' || text === 'mutation' || text === 'subscription';
}

/** Returns the worst case if the specification doesn't select an operation, because a server may still choose one. */
function mostDangerous(operations: readonly Operation[]): OperationKind {
  return operations.find(({ kind }) => kind !== 'query')?.kind ?? 'query';
}

function readingOf(kind: OperationKind, name: unknown): ProtocolReading {
  const called = typeof name === 'string' && name !== '' ? ` ${quoted(name)}` : '';
  return { subject: `${kind}${called}`, semantics: kind === 'query' ? 'safe' : 'unsafe' };
}
