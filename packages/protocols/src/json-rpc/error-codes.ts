/**
 * Codes of the specification that say that no method ran: another attempt would get the same answer.
 *
 * Without -32600, "invalid request": within an MCP session it may as well mean that the request id was used before, by a
 * first copy that was processed.
 */
export const REJECTED: ReadonlySet<unknown> = new Set([
  -32700, // parse error
  -32601, // method not found
  -32602, // invalid params
]);

/** Codes that another attempt may not see again. None proves that the method did not run. */
export const TRANSIENT: ReadonlySet<unknown> = new Set([
  -32603, // internal error
  -32005, // limit exceeded, https://eips.ethereum.org/EIPS/eip-1474
  -32605, // rate limit, https://docs.blockvision.org/reference/error-code-reference
  -32015, // node timeout, https://docs.goldsky.com/edge-rpc/evm/error-codes
  429, // the HTTP status used as a code
]);
