import { protocol } from '@twicesafe/core';
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

/** The options of {@link openApi}. They correct or add details that many descriptions get wrong or omit. */
export interface OpenApiOptions {
  /**
   * The URLs of the servers, which replace all servers in the description. They may have parameters, as in
   * `https://{tenant}.example`.
   *
   * @default the servers of the operation, of its path, or of the document, in this order
   */
  readonly servers?: readonly string[];
  /** The absolute base URL for relative server URLs. Use the URL of the description itself. */
  readonly baseUrl?: string;
  /** Additional names of idempotency keys, for header parameters and for top-level properties of a body. */
  readonly keyNames?: readonly string[];
  /**
   * How long the server remembers a key, in milliseconds.
   *
   * @default one day, as in `keys.custom`, because descriptions don't contain this
   */
  readonly windowMs?: number;
}

/**
 * Reads an OpenAPI description (Swagger 2.0, OpenAPI 3.0 to 3.2) to find the operations that accept an idempotency key.
 *
 * A description doesn't define the effect of a duplicate, so it never makes an operation repeatable on its own. A
 * declared header becomes a key scheme for POST and PATCH. A key property in the body permits a retry if the request
 * contains it.
 *
 * @param document - The parsed document. If it is YAML, parse it first.
 * @throws {TypeError} If `document` isn't a description, lacks operations, or needs an absolute server from the
 *   options.
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

  /**
   * Returns an operation's facts. Computes them on first use, because a program calls few of a description's
   * operations.
   */
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
    // These templates differ only in their parameter names, so the URL doesn't identify the operation.
    if (found.length > 1) return { subject: `${reading.subject} or another with the same path`, semantics: 'method' };
    if (bodyKeys.length === 0 || !holdsKey(request, bodyKeys)) return reading;
    return { ...reading, subject: `${reading.subject} with an idempotency key in its body`, semantics: 'idempotent' };
  }

  return protocol({ name: 'OpenAPI', namesKeys: true, read });
}

/** The facts about one operation that don't depend on the request. */
interface Facts {
  readonly reading: ProtocolReading;
  readonly bodyKeys: readonly string[];
}

/** Returns the parameters that GitHub marks because their values contain slashes. */
function multiple({ parameters }: DescribedOperation): ReadonlySet<string> {
  const marked = parameters.filter(
    (parameter: JsonRecord) => isRecord(parameter) && parameter['x-multi-segment'] === true,
  );
  return new Set(marked.map(({ name }) => textOf(name)));
}
