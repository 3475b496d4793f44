import type { ProtocolRequest } from '../protocol.ts';
import { at, isRecord, type JsonRecord, listOf, parseJson } from '../shared/json.ts';
import { mediaTypeOf } from '../shared/media-type.ts';
import { operationsInForm } from './multipart.ts';

/** One call of a GraphQL request, with the client's own property values. A batch has several calls. */
export interface GraphqlCall {
  /** The document's text, or undefined if the request only names a stored document. */
  readonly document: string | undefined;
  /** The hash or identifier of a stored document. */
  readonly storedAs: unknown;
  readonly operationName: unknown;
  readonly variables: unknown;
}

/** The names that clients use for the identifier of a stored document. */
const IDENTIFIERS = ['id', 'documentId', 'doc_id'];
const MEMBERS = ['query', 'operationName', 'variables', 'extensions', ...IDENTIFIERS];

/**
 * Reads the calls of a request, which may be JSON, a form, an upload, a document, or the query of a URL (GraphQL over
 * HTTP, section 5).
 *
 * @returns The calls, with undefined for each one that can't be read. Empty if the whole request can't be read.
 */
export function callsOf(request: ProtocolRequest): readonly (GraphqlCall | undefined)[] {
  const parameters = URL.parse(request.url)?.searchParams;
  if (!parameters) return [];
  const inUrl = parametersOf(parameters);
  if (request.method === 'GET' || request.method === 'HEAD') return [callIn(inUrl)];
  const { operationName, ...others } = inUrl;
  const text = request.body();
  // If the URL and the body each contain a document, servers differ in which one they execute.
  if (text === undefined || Object.keys(others).length > 0) return [];
  const calls = listOf(payloadOf(text, request)).map(callIn);
  return operationName === undefined || calls.every((call) => call?.operationName === operationName) ? calls : [];
}

function payloadOf(text: string, { headers }: ProtocolRequest): unknown {
  switch (mediaTypeOf(headers)) {
    case '':
    case 'text/plain': // fetch sets this type for a string, for example in @shopify/graphql-client
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

/**
 * Returns the GraphQL parameters of a URL or a form. A repeated parameter becomes a list, because servers disagree on
 * its value.
 */
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
  // An API with more properties may not be GraphQL. For example, Dgraph's upserts have `query` together with `set` and
  // `delete`.
  if (more.length > 0 || !identifiers.every(([name]) => IDENTIFIERS.includes(name))) return undefined;
  // With an identifier and text, some servers execute the stored document, and others the text. Servers check a hash
  // against the text.
  if (query !== null && (typeof query !== 'string' || identifiers.length > 0)) return undefined;
  return { document: query ?? undefined, storedAs, operationName, variables };
}
