import type { Protocol } from '../decision/protocol.ts';
import { checkMade, checkType } from '../options/check.ts';
import { RequestReader } from './request-reader.ts';

/**
 * Makes a protocol, for the option `protocols`. Only programs that import this function, or a protocol of
 * `@twicesafe/protocols`, carry the code that reads requests.
 *
 * @param given - Its name, its function `read`, and its judge if it has one.
 * @throws {TypeError} For a member that is missing or has a value that is not allowed.
 *
 * @example
 * const searchByPost = protocol({
 *   name: 'Search',
 *   read: ({ url }) => (url.endsWith('/_search') ? { subject: 'search', semantics: 'safe' } : undefined),
 * });
 * wrapFetch({ protocols: [searchByPost] });
 */
export function protocol(given: Omit<Protocol, 'openReader'>): Protocol {
  const { name, namesKeys = false, judge } = given;
  checkType('name of a protocol', name ?? null, 'string');
  checkType('read of a protocol', given.read ?? null, 'function');
  if (judge !== undefined) checkMade('judge of a protocol', judge, 'askAll', 'bodyJudge((response, text) => answer)');
  return Object.freeze({
    name,
    namesKeys,
    judge,
    read: (request) => given.read(request),
    openReader: (traits, protocols, body) => new RequestReader(traits, protocols, body),
  } satisfies Protocol);
}
