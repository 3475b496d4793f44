import { at, isRecord, type JsonRecord, textOf } from '../shared/json.ts';
import { piecesOf, type Segment, segmentsOf } from './segments.ts';

/** The address of a server. */
export interface Address {
  /** The literal pieces of the origin, whose host may have parameters, as in `https://{}-api.example`. */
  readonly origin: readonly string[];
  /** The path prefix of every path in the description. */
  readonly base: readonly Segment[];
}

/** The maximum number of combinations of a server's variables. */
const MOST = 256;

/**
 * Returns the addresses of the servers in a list (OpenAPI 3.1 section 4.8.5). A variable with an `enum` has those
 * values. Any other variable has its default, or any text within one label of a host name or one segment of a path.
 *
 * @param baseUrl - The base of relative URLs, which is the URL of the description itself.
 */
export function addressesOf(servers: readonly unknown[], baseUrl: string | undefined): readonly Address[] {
  return servers.flatMap((server) => {
    const template = at(server, 'url');
    const variables = at(server, 'variables');
    if (typeof template !== 'string') return [];
    return expanded(template, isRecord(variables) ? variables : {}).flatMap((url) => addressOf(url, baseUrl));
  });
}

/** Returns the servers of a Swagger 2.0 document in the form of OpenAPI 3. */
export function swaggerServers({
  host,
  basePath = '/',
  schemes = ['https'],
}: JsonRecord): readonly { readonly url: string }[] {
  const path = textOf(basePath);
  if (typeof host !== 'string' || !Array.isArray(schemes)) return [{ url: path }];
  return schemes.map((scheme) => ({ url: `${textOf(scheme)}://${host}${path}` }));
}

function expanded(template: string, variables: JsonRecord): readonly string[] {
  let urls = [template];
  for (const [name, variable] of Object.entries(variables)) {
    const [values, usual] = [at(variable, 'enum'), at(variable, 'default')];
    // A variable without an `enum` may also stay a parameter, which keeps its braces.
    const choices = Array.isArray(values) && values.length > 0 ? values : [usual ?? `{${name}}`, `{${name}}`];
    urls = urls.flatMap((url) =>
      url.includes(`{${name}}`) ? choices.map((value) => url.replaceAll(`{${name}}`, textOf(value))) : [url],
    );
    urls = [...new Set(urls)].slice(0, MOST);
  }
  return urls;
}

/**
 * The stand-in for a parameter while a URL is parsed. URL parsers keep it unchanged in any position, and real names
 * don't contain it.
 */
const PLACEHOLDER = 'x-twicesafe-parameter-x';

function addressOf(url: string, baseUrl: string | undefined): readonly Address[] {
  const parsed = URL.parse(url.replace(/\{[^{}]*\}/g, PLACEHOLDER), baseUrl);
  if (!parsed || parsed.origin === 'null') return [];
  const [origin, path] = [parsed.origin, parsed.pathname.replace(/\/+$/, '')].map((text) =>
    text.replaceAll(PLACEHOLDER, '{}'),
  );
  return [{ origin: piecesOf(origin ?? ''), base: path ? segmentsOf(path) : [] }];
}
