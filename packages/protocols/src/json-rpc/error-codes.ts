/**
 * Codes in the specification for requests that failed before a method ran. A retry would get the same answer.
 *
 * Excludes -32600, "invalid request". In an MCP session, it may mean that an earlier attempt used the same request id
 * and was processed.
 */
export const REJECTED: ReadonlySet<unknown> = new Set([
  -32700, // parse error
  -32601, // method not found
  -32602, // invalid params
]);

/** Codes of errors that may go away on a retry. The method may have run. */
export const TRANSIENT: ReadonlySet<unknown> = new Set([
  -32603, // internal error
  -32005, // limit exceeded, https://eips.ethereum.org/EIPS/eip-1474
  -32605, // rate limit, https://docs.blockvision.org/reference/error-code-reference
  -32015, // node timeout, https://docs.goldsky.com/edge-rpc/evm/error-codes
  429, // the HTTP status used as a code
]);
