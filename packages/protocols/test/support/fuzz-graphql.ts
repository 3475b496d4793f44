import { Kind, parse } from 'graphql';
import { graphql } from '../../src/graphql/graphql.ts';
import { randomDocument, randomOperationName } from './random-document.ts';
import { RandomSource } from './random-source.ts';
import { jsonRequest } from './requests.ts';

/** How the scanner did beside graphql-js. */
export interface FuzzResult {
  readonly documents: number;
  /** Documents that graphql-js parses and in which it finds the operation to execute. */
  readonly executable: number;
  /** Documents that the scanner calls safe, and of which graphql-js would execute a mutation or a subscription. */
  readonly wrong: readonly string[];
  /** Queries that the scanner doesn't call safe. */
  readonly missed: readonly string[];
}

/** Reads random documents with the scanner and with graphql-js, and compares. */
export function fuzzGraphql(documents: number, seed: number): FuzzResult {
  const random = new RandomSource(seed);
  const protocol = graphql();
  const wrong: string[] = [];
  const missed: string[] = [];
  let executable = 0;
  for (let count = 0; count < documents; count++) {
    const query = randomDocument(random);
    const operationName = randomOperationName(random, query);
    const [expected, ...others] = kindsByParser(query, operationName);
    const semantics = protocol.read(jsonRequest({ query, operationName }))?.semantics;
    if (expected !== undefined) executable++;
    if (semantics === 'safe' && [expected, ...others].some((kind) => kind !== undefined && kind !== 'query'))
      wrong.push(query);
    if (semantics !== 'safe' && expected === 'query' && others.length === 0 && !query.includes('\u2028'))
      missed.push(query);
  }
  return { documents, executable, wrong, missed };
}

/**
 * The kinds of the operations that graphql-js may execute: several only if it doesn't validate, as names must be
 * unique.
 */
function kindsByParser(document: string, name: string | null | undefined): readonly string[] {
  try {
    const { definitions } = parse(document, { noLocation: true });
    // The validation rule ExecutableDefinitions refuses documents with type definitions.
    if (definitions.some(({ kind }) => kind !== Kind.OPERATION_DEFINITION && kind !== Kind.FRAGMENT_DEFINITION))
      return [];
    const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const selected = name ? operations.filter((operation) => operation.name?.value === name) : operations;
    return name || selected.length === 1 ? selected.map(({ operation }) => operation) : [];
  } catch {
    return [];
  }
}
