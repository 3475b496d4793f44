/** An OpenAPI 3.1 document with one server and these paths. */
export function documentOf(
  paths: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): unknown {
  return { openapi: '3.1.0', info: {}, servers: [{ url: 'https://api.example/v1' }], paths, ...more };
}
