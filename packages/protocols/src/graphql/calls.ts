import type { ProtocolRequest } from '../protocol.ts';
import { at, isRecord, type JsonRecord, listOf, parseJson } from '../shared/json.ts';
import { mediaTypeOf } from '../shared/media-type.ts';
import { operationsInForm } from './multipart.ts';

/** One call of a GraphQL request, with members as the client wrote them. A batch has several. */
export interface GraphqlCall {
  /** The text of the document, unless only a stored document is named. */
  readonly document: string | undefined;
  /** The hash or identifier of a stored document. */
  readonly storedAs: unknown;
  readonly operationName: unknown;
  readonly variables: unknown;
}

/** What clients call the identifier of a document that the server has stored. */
const IDENTIFIERS = ['id', 'documentId', 'doc_id'];
const MEMBERS = ['query', 'operationName', 'variables', 'extensions', ...IDENTIFIERS];

/**
 * Reads the calls of a request: JSON, a form, an upload, a document, or the query of a URL (GraphQL over HTTP, section 5).
 *
 * @returns For each call what it is, or undefined if it can't be read. Empty if nothing of the request can be.
 */
export function callsOf(request: ProtocolRequest): readonly (GraphqlCall | undefined)[] {
  const parameters = URL.parse(request.url)?.searchParams;
  if (!parameters) return [];
  const inUrl = parametersOf(parameters);
  if (request.method === 'GET' || request.method === 'HEAD') return [callIn(inUrl)];
  const { operationName, ...others } = inUrl;
  const text = request.body();
  // Of a document in the URL and another one in the body, servers differ in which one they execute.
  if (text === undefined || Object.keys(others).length > 0) return [];
  const calls = listOf(payloadOf(text, request)).map(callIn);
  return operationName === undefined || calls.every((call) => call?.operationName === operationName) ? calls : [];
}

function payloadOf(text: string, { headers }: ProtocolRequest): unknown {
  switch (mediaTypeOf(headers)) {
    case '':
    case 'text/plain': // what fetch adds to a string, as in @shopify/graphql-client
    case 'application/json':
    case 'application/graphql+json':
      return parseJson(text);
    case 'application/graphql':
      return { query: text };
    case 'application/x-www-form-urlencoded':
      return parametersOf(new URLSearchParams(text));
    case 'multipart/form-data':
      return parseJson(operationsInForm(text));
    default:
      return undefined;
  }
}

/** The parameters of a URL or a form that mean something to GraphQL. One that occurs twice has no value that servers agree on. */
function parametersOf(parameters: URLSearchParams): JsonRecord {
  const found = MEMBERS.map((name) => [name, parameters.getAll(name)] as const);
  return Object.fromEntries(
    found
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => [name, values.length > 1 ? values : values[0]]),
  );
}

function callIn(member: unknown): GraphqlCall | undefined {
  if (!isRecord(member)) return undefined;
  const { query = null, operationName, variables, extensions, ...others } = member;
  const parsed = typeof extensions === 'string' ? parseJson(extensions) : extensions;
  const identifiers = Object.entries(others);
  const hash = at(parsed, 'persistedQuery', 'sha256Hash');
  const [storedAs, ...more] = [...Object.values(others), hash].filter((each) => each !== undefined);
  // An API that takes more than this may be no GraphQL at all: Dgraph's upserts have `query` beside `set` and `delete`.
  if (more.length > 0 || !identifiers.every(([name]) => IDENTIFIERS.includes(name))) return undefined;
  // Some servers execute the stored document, and others the text. A hash beside the text is checked by the server.
  if (query !== null && (typeof query !== 'string' || identifiers.length > 0)) return undefined;
  return { document: query ?? undefined, storedAs, operationName, variables };
}
