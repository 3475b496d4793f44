/**
 * The methods of the Model Context Protocol that may be called twice. Pass them as `jsonRpc(mcp)`, or as
 * `jsonRpc({ ...mcp, tools })` to add tools that you trust.
 *
 * `initialize` is excluded, because a duplicate opens a second session. A retry has the same request id as the first
 * attempt, so a strict server refuses it within a session. For the methods listed here, that refusal is harmless.
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
