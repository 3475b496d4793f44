import { at, isRecord, type JsonRecord, textOf } from '../shared/json.ts';
import { piecesOf, type Segment, segmentsOf } from './segments.ts';

/** Where a server listens. */
export interface Address {
  /** The origin, whose host may have parameters: `https://{}-api.example`. Its literal pieces. */
  readonly origin: readonly string[];
  /** The path that comes before every path of the description. */
  readonly base: readonly Segment[];
}

/** How many combinations of a server's variables are looked at. */
const MOST = 256;

/**
 * The addresses of the servers in a list (OpenAPI 3.1 section 4.8.5). A variable with an `enum` has those values; another one
 * its default, or any text within one label of a host name or one segment of a path.
 *
 * @param baseUrl - What relative URLs are relative to: where the description itself comes from.
 */
export function addressesOf(servers: readonly unknown[], baseUrl: string | undefined): readonly Address[] {
  return servers.flatMap((server) => {
    const template = at(server, 'url');
    const variables = at(server, 'variables');
    if (typeof template !== 'string') return [];
    return expanded(template, isRecord(variables) ? variables : {}).flatMap((url) => addressOf(url, baseUrl));
  });
}

/** The servers of a Swagger 2.0 document, as OpenAPI 3 would list them. */
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
    // A parameter keeps its braces.
    const choices = Array.isArray(values) && values.length > 0 ? values : [usual ?? `{${name}}`, `{${name}}`];
    urls = urls.flatMap((url) =>
      url.includes(`{${name}}`) ? choices.map((value) => url.replaceAll(`{${name}}`, textOf(value))) : [url],
    );
    urls = [...new Set(urls)].slice(0, MOST);
  }
  return urls;
}

/** A parameter as text that a URL's parser leaves alone wherever it stands, and that no server's name contains. */
const PLACEHOLDER = 'x-twicesafe-parameter-x';

function addressOf(url: string, baseUrl: string | undefined): readonly Address[] {
  const parsed = URL.parse(url.replace(/\{[^{}]*\}/g, PLACEHOLDER), baseUrl);
  if (!parsed || parsed.origin === 'null') return [];
  const [origin, path] = [parsed.origin, parsed.pathname.replace(/\/+$/, '')].map((text) =>
    text.replaceAll(PLACEHOLDER, '{}'),
  );
  return [{ origin: piecesOf(origin ?? ''), base: path ? segmentsOf(path) : [] }];
}
