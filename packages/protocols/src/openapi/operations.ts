import { isRecord, type JsonRecord, textOf } from '../shared/json.ts';
import { resolved } from './references.ts';

/** One operation of a description. */
export interface DescribedOperation {
  /** The method in uppercase. */
  readonly method: string;
  /** The path template, without the server's path. */
  readonly path: string;
  readonly operation: JsonRecord;
  /** The path's and the operation's parameters. The operation's override the path's (OpenAPI 3.1 section 4.8.10.1). */
  readonly parameters: readonly JsonRecord[];
  /** The servers of the operation or the path, if they have their own. */
  readonly servers: readonly unknown[] | undefined;
}

/** The methods of a path item. OpenAPI 3.2 added `query`. */
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/** Returns the operations of a document. */
export function operationsIn(document: JsonRecord): readonly DescribedOperation[] {
  const paths = isRecord(document.paths) ? document.paths : {};
  return Object.entries(paths).flatMap(([path, value]) => {
    const item = resolved(document, value);
    const more = isRecord(item.additionalOperations) ? Object.entries(item.additionalOperations) : [];
    const usual = METHODS.map((name): [string, unknown] => [name.toUpperCase(), item[name]]);
    return [...usual, ...more].flatMap(([method, operation]) => {
      if (!isRecord(operation)) return [];
      const parameters = merged(document, item.parameters, operation.parameters);
      return [{ method, path, operation, parameters, servers: listed(operation.servers) ?? listed(item.servers) }];
    });
  });
}

/** Returns a nonempty list of servers, or undefined. An empty list means the default. */
export function listed(servers: unknown): readonly unknown[] | undefined {
  return Array.isArray(servers) && servers.length > 0 ? servers : undefined;
}

function merged(document: JsonRecord, ...lists: readonly unknown[]): readonly JsonRecord[] {
  const parameters = new Map<string, JsonRecord>();
  for (const value of lists.flatMap((list) => (Array.isArray(list) ? list : []))) {
    const parameter = resolved(document, value);
    const name = textOf(parameter.name);
    parameters.set(`${textOf(parameter.in)} ${parameter.in === 'header' ? name.toLowerCase() : name}`, parameter);
  }
  return [...parameters.values()];
}
