import { STATUS_CODES } from 'node:http';

/** Response fields; an array sends the field once per value. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[]>>;

/** The status line and header section of a response, the empty line included. */
export function responseHead(code: number, headers: ResponseHeaders): string {
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}\r\n`),
  );
  return `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? 'Unnamed'}\r\n${lines.join('')}\r\n`;
}

/** Whether a response consists of its header section only (RFC 9112 section 6.3). */
export function isBodyless(method: string, code: number): boolean {
  return method === 'HEAD' || code === 204 || code === 304;
}

/** Whether a response says that it is the last of its connection. */
export function saysClose(headers: ResponseHeaders): boolean {
  return Object.entries(headers).some(
    ([name, values]) => name.toLowerCase() === 'connection' && /\bclose\b/i.test([values].flat().join()),
  );
}

/**
 * Whether a status means that the application processed the request. These are success, 303 (the result is elsewhere)
 * and
 * 304. The other redirects ask to send the request somewhere else (RFC 9110 section 15.4).
 */
export function tellsApplied(code: number): boolean {
  return code < 300 || code === 303 || code === 304;
}

/** @throws RangeError if `code` isn't a final status, because an informational one would leave the client waiting. */
export function checkCode(code: number): void {
  if (Number.isInteger(code) && code >= 200 && code <= 999) return;
  throw new RangeError(`code must be a final status from 200 to 999, not ${code}`);
}
