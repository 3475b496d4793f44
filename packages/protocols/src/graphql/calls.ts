import type { ProtocolRequest } from '../protocol.ts';
import { hasOnly, isRecord, type JsonRecord, parseJson } from '../shared/json.ts';
import { mediaTypeOf } from '../shared/media-type.ts';
import { multipartField } from './multipart.ts';

/** One call of a GraphQL request, with members as the client wrote them. A batch has several. */
export interface GraphqlCall {
  /** The text of the document, unless only a stored document is named. */
  readonly document: string | undefined;
  /** The hash or identifier of a stored document. */
  readonly storedAs: string | undefined;
  readonly operationName: unknown;
  readonly variables: unknown;
}

/** What clients call the identifier of a document that the server has stored. */
const IDENTIFIERS = ['id', 'documentId', 'doc_id'];
// An API that takes more than this may be no GraphQL at all: Dgraph's upserts have `query` beside `set` and `delete`.
const MEMBERS: ReadonlySet<string> = new Set(['query', 'operationName', 'variables', 'extensions', ...IDENTIFIERS]);

/**
 * Reads the calls of a request: JSON, a form, an upload, a document, or the query of a URL (GraphQL over HTTP, section 5).
 *
 * @returns Undefined if the request is not GraphQL, its body can't be read, or URL and body both say what to execute.
 */
export function callsOf(request: ProtocolRequest): readonly GraphqlCall[] | undefined {
  const parameters = URL.parse(request.url)?.searchParams;
  if (!parameters) return undefined;
  if (request.method === 'GET' || request.method === 'HEAD') return callsIn(parametersOf(parameters));
  if (['query', 'extensions', ...IDENTIFIERS].some((name) => parameters.has(name))) return undefined;
  const text = request.body();
  const calls = text === undefined ? undefined : callsIn(payloadOf(text, request));
  const named = parameters.get('operationName');
  // Servers differ in which of the two they prefer.
  return named === null || calls?.every((call) => call.operationName === named) ? calls : undefined;
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
      return parseJson(multipartField(text, 'operations') ?? '');
    default:
      return undefined;
  }
}

/** The parameters of a URL or a form, of which `variables` and `extensions` are JSON. Others may be there for other purposes. */
function parametersOf(parameters: URLSearchParams): JsonRecord {
  const entries = [...MEMBERS].flatMap((name): [string, unknown][] => {
    const values = parameters.getAll(name);
    // A name that occurs twice has no value that all servers agree on.
    const [value] = values.length > 1 ? [Number.NaN] : values;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

function callsIn(payload: unknown): readonly GraphqlCall[] | undefined {
  const members = Array.isArray(payload) ? payload : [payload];
  const calls = members.map(callIn);
  return calls.length > 0 && calls.every((call) => call !== undefined) ? calls : undefined;
}

function callIn(member: unknown): GraphqlCall | undefined {
  if (!isRecord(member) || !hasOnly(member, MEMBERS)) return undefined;
  const { query = undefined, operationName, variables } = member;
  const [identifier, ...others] = IDENTIFIERS.map((name) => member[name]).filter(
    (id) => id !== undefined && id !== null,
  );
  const hash = hashOf(member.extensions);
  // Some servers execute the stored document and others the text. A hash is safe beside the text: the server compares them.
  if (others.length > 0 || (identifier !== undefined && (typeof query === 'string' || hash !== undefined)))
    return undefined;
  const storedAs = identifier ?? hash;
  if (typeof query !== 'string') {
    if ((query !== undefined && query !== null) || typeof storedAs !== 'string') return undefined;
    return { document: undefined, storedAs, operationName, variables };
  }
  return { document: query, storedAs: undefined, operationName, variables };
}

/** The hash of Apollo's automatic persisted queries. */
function hashOf(extensions: unknown): unknown {
  const parsed = typeof extensions === 'string' ? parseJson(extensions) : extensions;
  const persisted = isRecord(parsed) ? parsed.persistedQuery : undefined;
  return isRecord(persisted) ? persisted.sha256Hash : undefined;
}
