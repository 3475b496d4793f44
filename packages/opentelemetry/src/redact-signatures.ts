/**
 * Query parameters that grant access. https://opentelemetry.io/docs/specs/semconv/http/http-spans/ note 4,
 * case-sensitive.
 */
const SIGNATURES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'AWSAccessKeyId',
  'Signature',
  'sig',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Goog-Signature',
]);

/**
 * A URL of an event, fit for `url.full`. Events have no userinfo, and no query values unless `showQuery` is set. Then
 * signatures are still hidden.
 */
export function redactSignatures(url: string): string {
  return url.replace(/([?&])([^=&#]+)=[^&#]*/g, (pair, separator: string, name: string) =>
    SIGNATURES.has(name) ? `${separator}${name}=REDACTED` : pair,
  );
}
