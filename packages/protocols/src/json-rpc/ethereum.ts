/**
 * The methods of Ethereum nodes that may be called twice: `jsonRpc(ethereum)`.
 *
 * A list and no prefix: `eth_getFilterChanges` consumes what it returns, and `eth_newFilter` leaves something behind.
 * `eth_sendRawTransaction` is idempotent because the same bytes are the same transaction: one hash, one nonce.
 *
 * Source: https://github.com/ethereum/execution-apis, https://geth.ethereum.org/docs/interacting-with-geth/rpc
 */
export const ethereum: { readonly safe: readonly string[]; readonly idempotent: readonly string[] } = {
  safe: [
    ...prefixed(
      'eth_',
      'accounts blobBaseFee blockNumber call chainId coinbase createAccessList estimateGas feeHistory',
    ),
    ...prefixed('eth_', 'gasPrice maxPriorityFeePerGas protocolVersion simulateV1 syncing'),
    ...prefixed('eth_get', 'Balance BlockByHash BlockByNumber BlockReceipts BlockTransactionCountByHash'),
    ...prefixed('eth_get', 'BlockTransactionCountByNumber Code FilterLogs Logs Proof StorageAt'),
    ...prefixed('eth_getTransaction', 'ByBlockHashAndIndex ByBlockNumberAndIndex ByHash Count Receipt'),
    ...prefixed('eth_getUncle', 'ByBlockHashAndIndex ByBlockNumberAndIndex CountByBlockHash CountByBlockNumber'),
    ...prefixed('net_', 'listening peerCount version'),
    ...prefixed('web3_', 'clientVersion sha3'),
    ...prefixed('debug_', 'getRawBlock getRawHeader getRawReceipts getRawTransaction'),
    ...prefixed('debug_trace', 'BlockByHash BlockByNumber Call Transaction'),
    ...prefixed(
      'trace_',
      'block call callMany filter get rawTransaction replayBlockTransactions replayTransaction transaction',
    ),
  ],
  idempotent: ['eth_sendRawTransaction'],
};

function prefixed(prefix: string, names: string): readonly string[] {
  return names.split(' ').map((name) => prefix + name);
}
