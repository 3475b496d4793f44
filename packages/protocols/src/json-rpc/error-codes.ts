/** The page that defines the codes of {@link REJECTED}. */
export const SPECIFICATION = 'https://www.jsonrpc.org/specification#error_object';
/** "The JSON sent is not a valid Request object." */
export const INVALID_REQUEST = -32600;

/** Codes that say that no method ran: another attempt would get the same answer. */
export const REJECTED: ReadonlySet<number> = new Set([
  -32700, // parse error
  INVALID_REQUEST,
  -32601, // method not found
  -32602, // invalid params
]);

/** Codes that another attempt may not see again. None proves that the method did not run. */
export const TRANSIENT: ReadonlySet<number> = new Set([
  -32603, // internal error
  -32005, // limit exceeded, https://eips.ethereum.org/EIPS/eip-1474
  -32605, // rate limit, https://docs.blockvision.org/reference/error-code-reference
  -32015, // node timeout, https://docs.goldsky.com/edge-rpc/evm/error-codes
  429, // the HTTP status used as a code
]);
