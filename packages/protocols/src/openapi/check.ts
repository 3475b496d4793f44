import { isRecord, type JsonRecord, textOf } from '../shared/json.ts';
import type { OpenApiOptions } from './open-api.ts';

/** The checked options of `openApi`. Lists servers in the same form as a document. */
export interface CheckedOptions {
  readonly servers: readonly { readonly url: string }[] | undefined;
  readonly baseUrl: string | undefined;
  readonly keyNames: readonly string[];
  readonly windowMs: number | undefined;
}

/**
 * Checks that a value is a description that {@link openApi} can read.
 *
 * @throws {TypeError} If the value isn't such a description.
 */
export function checkedDocument(document: unknown): JsonRecord {
  if (!isRecord(document)) {
    throw new TypeError(`openApi: document must be a parsed object, not ${typeof document}; parse JSON or YAML first`);
  }
  const { openapi, swagger } = document;
  if (!/^3\.\d/.test(textOf(openapi)) && textOf(swagger) !== '2.0') {
    throw new TypeError(`openApi: document must have openapi 3.x or swagger 2.0, not ${String(openapi ?? swagger)}`);
  }
  return document;
}

/**
 * Checks the options of {@link openApi}.
 *
 * @throws {TypeError} If an option is invalid.
 */
export function checkedOptions({ servers, baseUrl, keyNames = [], windowMs }: OpenApiOptions): CheckedOptions {
  if (servers !== undefined && !isList(servers))
    throw new TypeError(`openApi: servers must be a list of URLs, not ${String(servers)}`);
  if (!isList(keyNames)) throw new TypeError(`openApi: keyNames must be a list of names, not ${String(keyNames)}`);
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) {
    throw new TypeError(`openApi: baseUrl must be an absolute URL, not ${String(baseUrl)}`);
  }
  if (windowMs !== undefined && !(windowMs > 0)) {
    throw new TypeError(`openApi: windowMs must be a number above 0, not ${String(windowMs)}`);
  }
  return { servers: servers?.map((url) => ({ url })), baseUrl, keyNames, windowMs };
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}
