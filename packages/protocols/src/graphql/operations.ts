import { outlineOf } from './outline.ts';

/** The kind of an operation (GraphQL October 2021, section 2.3). */
export type OperationKind = 'query' | 'mutation' | 'subscription';

/** One operation of a document. */
export interface Operation {
  readonly kind: OperationKind;
  readonly name: string | undefined;
  /** The text of the operation's selection set, without the outer braces. */
  readonly selection: string;
}

/** The maximum length of a document. A regular expression needs memory in proportion to its input. */
const LONGEST = 1 << 20;

const DIRECTIVES = String.raw`(?:@ \w+ (?:\(\d+\) )?)*`;
const OPERATION = String.raw`(?:(query|mutation|subscription) (?:(\w+) )?(?:\(\d+\) )?)?`;
const FRAGMENT = String.raw`fragment (?!on )\w+ (?:\(\d+\) )?on \w+ `;
const DEFINITION = new RegExp(String.raw`(?:"\d+" )?(?:${OPERATION}|(${FRAGMENT}))${DIRECTIVES}\{(\d+)\} `, 'y');

/**
 * Reads the operations of an executable document.
 *
 * @returns The operations. Empty for invalid GraphQL, for type definitions, and for a document without an operation.
 */
export function operationsOf(document: string): readonly Operation[] {
  const outline = document.length > LONGEST ? undefined : outlineOf(document);
  if (!outline) return [];
  const operations: Operation[] = [];
  const definition = new RegExp(DEFINITION);
  while (definition.lastIndex < outline.tokens.length) {
    const match = definition.exec(outline.tokens);
    if (!match) return [];
    const [, kind = 'query', name, fragment, content] = match;
    const selection = outline.contents[Number(content)] ?? '';
    if (fragment === undefined) operations.push({ kind: kind as OperationKind, name, selection });
  }
  return operations;
}

/**
 * Selects the operation that a server executes (GraphQL October 2021, section 6.1).
 *
 * @param name - The request's `operationName`. If it is absent, null or empty, selects the document's only operation.
 * @returns The operation, or undefined unless exactly one operation matches.
 */
export function selectOperation(operations: readonly Operation[], name: unknown): Operation | undefined {
  const anonymous = name === undefined || name === null || name === '';
  const selected = anonymous ? operations : operations.filter((operation) => operation.name === name);
  return selected.length === 1 ? selected[0] : undefined;
}
