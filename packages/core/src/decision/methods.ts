/** The properties of a method in the IANA HTTP Method Registry. */
export interface MethodSemantics {
  /** The caller only asks to read (RFC 9110 section 9.2.1). */
  readonly safe: boolean;
  /** The intended effect of several identical requests is that of one (RFC 9110 section 9.2.2). */
  readonly idempotent: boolean;
  /** Whether the registry knows the method at all. */
  readonly registered: boolean;
}

// https://www.iana.org/assignments/http-methods, in the order of the registry. QUERY is RFC 10008. PRI is left out: it
// is
// HTTP/2's connection preface, never the method of a request.
const SAFE = 'GET HEAD OPTIONS PROPFIND QUERY REPORT SEARCH TRACE';
const IDEMPOTENT =
  'ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY DELETE LABEL LINK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF ' +
  'MKWORKSPACE MOVE ORDERPATCH PROPPATCH PUT REBIND UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL';
const NEITHER = 'CONNECT LOCK PATCH POST';

const UNREGISTERED: MethodSemantics = /* @__PURE__ */ Object.freeze({
  safe: false,
  idempotent: false,
  registered: false,
});

const REGISTRY: ReadonlyMap<string, MethodSemantics> = new Map([
  ...rows(SAFE, { safe: true, idempotent: true, registered: true }),
  ...rows(IDEMPOTENT, { safe: false, idempotent: true, registered: true }),
  ...rows(NEITHER, { safe: false, idempotent: false, registered: true }),
]);

function rows(names: string, semantics: MethodSemantics): [string, MethodSemantics][] {
  const frozen = Object.freeze(semantics);
  return names.split(' ').map((name) => [name, frozen]);
}

/**
 * Returns the properties of a method in the registry. An unregistered method counts as unsafe and not idempotent.
 *
 * @param method - The exact token. Methods are case-sensitive (RFC 9110 section 9.1), so `patch` is not PATCH.
 *
 * @example
 * methodSemantics('PUT'); // { safe: false, idempotent: true, registered: true }
 * methodSemantics('POST').idempotent; // false
 * methodSemantics('put').registered; // false
 */
export function methodSemantics(method: string): MethodSemantics {
  return REGISTRY.get(method) ?? UNREGISTERED;
}

/** The methods that the registry knows. */
export const registeredMethods: readonly string[] = /* @__PURE__ */ Array.from(REGISTRY.keys());
