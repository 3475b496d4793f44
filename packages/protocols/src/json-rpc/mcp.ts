/**
 * The methods of the Model Context Protocol that may be called twice: `jsonRpc(mcp)`, or with tools that you trust,
 * `jsonRpc({ ...mcp, tools })`.
 *
 * `initialize` is not among them: a second copy opens a second session. A retry has the same request id as its first copy,
 * which a strict server refuses within a session; that does no harm to what is listed here.
 *
 * Source: https://modelcontextprotocol.io/specification/2025-06-18
 */
export const mcp: { readonly safe: readonly string[]; readonly idempotent: readonly string[] } = {
  safe: [
    'completion/complete',
    'ping',
    'prompts/get',
    'prompts/list',
    'resources/list',
    'resources/read',
    'resources/templates/list',
    'tasks/get',
    'tasks/list',
    'tasks/result',
    'tools/list',
  ],
  idempotent: [
    'logging/setLevel',
    'notifications/cancelled',
    'resources/subscribe',
    'resources/unsubscribe',
    'tasks/cancel',
  ],
};
