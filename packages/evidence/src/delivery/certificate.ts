// The codes of OpenSSL's verification, and the one of Node's own check of the host name (Node's documentation, "X509
// certificate error codes" and tls.checkServerIdentity).
const CODE =
  /^((UNABLE_TO|CERT)_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/**
 * Whether a code says that the server's certificate was not accepted. The client detects that in the handshake, before
 * it writes a byte of the request, and a retry would fail in the same way.
 */
export function isCertificateCode(code: string): boolean {
  return CODE.test(code);
}
