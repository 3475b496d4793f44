import { isRecord } from '../../src/shared/json.ts';
import type { Description } from './descriptions.ts';

/** A URL of an operation with a value for each parameter, and what the operation is called. */
export interface FilledIn {
  readonly method: string;
  readonly url: string;
  readonly name: string;
}

type Json = Readonly<Record<string, unknown>>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/**
 * Fills in a URL for every operation, independently of the code under test. Without the two at Okta that a path cannot
 * tell apart: their templates have a query, which OpenAPI forbids.
 */
export function filledIn({ options }: Description, document: Json): readonly FilledIn[] {
  return Object.entries(document.paths as Json).flatMap(([path, item]) =>
    METHODS.flatMap((name) => {
      const operation = (item as Json)[name];
      if (!isRecord(operation) || path.includes('?')) return [];
      const method = name.toUpperCase();
      const server = serverOf(operation) ?? serverOf(item as Json) ?? serverOf(document) ?? swaggerServer(document);
      const filled = path.replace(/\{([^}]+)\}/g, (_, parameter) =>
        valueFor(document, item as Json, operation, parameter),
      );
      const url = new URL(server, options.baseUrl).href.replace(/\/$/, '') + filled.replace(/#.*/, '');
      return [
        { method, url, name: typeof operation.operationId === 'string' ? operation.operationId : `${method} ${path}` },
      ];
    }),
  );
}

function serverOf({ servers }: Json): string | undefined {
  const [server] = Array.isArray(servers) ? servers : [];
  if (!server) return undefined;
  return server.url.replace(
    /\{([^}]+)\}/g,
    (_: string, name: string) => server.variables?.[name]?.default ?? 'tenant-1',
  );
}

function swaggerServer({ host, basePath, schemes }: Json): string {
  return host ? `${(schemes as string[])[0]}://${host}${basePath ?? ''}` : String(basePath ?? '/');
}

function valueFor(document: Json, item: Json, operation: Json, name: string): string {
  const parameters = [item.parameters, operation.parameters].flatMap((list) => (Array.isArray(list) ? list : []));
  const found = parameters
    .map((parameter) =>
      parameter.$ref
        ? parameter.$ref
            .slice(2)
            .split('/')
            .reduce((at: Json, key: string) => at[key], document)
        : parameter,
    )
    .find((parameter) => parameter.name === name);
  return found?.['x-multi-segment'] ? 'one/two' : `value-of%20${name.toLowerCase()}`;
}
