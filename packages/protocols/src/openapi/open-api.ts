import type { Protocol, ProtocolReading, ProtocolRequest } from '../protocol.ts';
import { isRecord, type JsonRecord, textOf } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';
import { bodyKeysOf, holdsKey } from './body-key.ts';
import { checkedDocument, checkedOptions } from './check.ts';
import { keyHeaderOf } from './key-header.ts';
import { type DescribedOperation, listed, operationsIn } from './operations.ts';
import { RouteMap } from './route-map.ts';
import { segmentsOf } from './segments.ts';
import { type Address, addressesOf, swaggerServers } from './servers.ts';
import { transientStatusesOf } from './transient-statuses.ts';

/** The options of {@link openApi}: what many descriptions get wrong or leave out. */
export interface OpenApiOptions {
  /**
   * The URLs of the servers, in place of all that the description names. They may have parameters: `https://{tenant}.example`.
   *
   * @default the servers of the operation, else of its path, else of the document
   */
  readonly servers?: readonly string[];
  /** The absolute URL that relative servers are relative to: where the description comes from. */
  readonly baseUrl?: string;
  /** Names of header parameters and of properties at the top of a body that are idempotency keys, beside the usual names. */
  readonly keyNames?: readonly string[];
  /**
   * For how long the server remembers a key, in milliseconds.
   *
   * @default what `keys.custom` assumes, because no description says so: one day
   */
  readonly windowMs?: number;
}

/**
 * Reads an OpenAPI description (Swagger 2.0, OpenAPI 3.0 to 3.2): which operations take an idempotency key, and how.
 *
 * A description says nothing about the effects of a second copy, so it makes no operation repeatable by itself. A declared
 * header becomes a key scheme for POST and PATCH; a key property in a body is permission if this request has it.
 *
 * @param document - The parsed document. Parse YAML before.
 * @throws {TypeError} If it isn't a description, has no operation, or names no absolute server and the options don't either.
 * @example
 * openApi(document, { servers: ['https://{prefix}-checkout-live.adyenpayments.com/checkout/v71'] });
 */
export function openApi(document: unknown, options: OpenApiOptions = {}): Protocol {
  const description = checkedDocument(document);
  const { servers, baseUrl, windowMs, keyNames } = checkedOptions(options);
  const names = new Set(keyNames.map((name) => name.toLowerCase()));
  const routes = new RouteMap<DescribedOperation>();
  const usual = listed(description.servers) ?? swaggerServers(description);
  const lists = new Map<unknown, readonly Address[]>();
  const facts = new Map<DescribedOperation, Facts>();

  for (const described of operationsIn(description)) {
    const list = servers ?? described.servers ?? usual;
    const addresses = lists.get(list) ?? addressesOf(list, baseUrl);
    lists.set(list, addresses);
    routes.add(addresses, described.method, segmentsOf(described.path, multiple(described)), described);
  }
  if (routes.size === 0) {
    throw new TypeError(
      'openApi: the document has no operation at an absolute URL; give servers or baseUrl in the options',
    );
  }

  /** Made when first asked for: most operations never fail. */
  function factsOf(described: DescribedOperation): Facts {
    const known = facts.get(described);
    if (known) return known;
    const { method, path, operation } = described;
    const transientStatuses = transientStatusesOf(description, operation);
    const name = typeof operation.operationId === 'string' ? operation.operationId : `${method} ${path}`;
    const made: Facts = {
      bodyKeys: method === 'POST' || method === 'PATCH' ? bodyKeysOf(description, described, names) : [],
      reading: {
        subject: `OpenAPI operation ${quoted(name)}`,
        semantics: 'method',
        idempotencyKey: keyHeaderOf(description, described, names, windowMs),
        transientStatuses: transientStatuses.length > 0 ? transientStatuses : undefined,
      },
    };
    facts.set(described, made);
    return made;
  }

  function read(request: ProtocolRequest): ProtocolReading | undefined {
    const found = routes.find(request.method, request.url);
    if (found[0] === undefined) return undefined;
    const { bodyKeys, reading } = factsOf(found[0]);
    // Templates that differ only in names: which of them is meant, the URL doesn't say.
    if (found.length > 1) return { subject: `${reading.subject} or another with the same path`, semantics: 'method' };
    if (bodyKeys.length === 0 || !holdsKey(request, bodyKeys)) return reading;
    return { ...reading, subject: `${reading.subject} with an idempotency key in its body`, semantics: 'idempotent' };
  }

  return { name: 'OpenAPI', namesKeys: true, read };
}

/** What is known of one operation, whatever the request. */
interface Facts {
  readonly reading: ProtocolReading;
  readonly bodyKeys: readonly string[];
}

/** The parameters that GitHub marks because their values have slashes. */
function multiple({ parameters }: DescribedOperation): ReadonlySet<string> {
  const marked = parameters.filter(
    (parameter: JsonRecord) => isRecord(parameter) && parameter['x-multi-segment'] === true,
  );
  return new Set(marked.map(({ name }) => textOf(name)));
}
