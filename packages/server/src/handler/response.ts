/**
 * Returns what a handler returned, if it is a response that can be sent.
 *
 * @throws {TypeError} If it is anything else, such as undefined or `Response.error()`.
 */
export function checkResponse(answer: Response): Response {
  // Not instanceof: a Response of another copy of undici, or of a polyfill, is as good.
  const { status, headers } = (answer ?? {}) as Partial<Response>;
  if (typeof status !== 'number' || status < 200 || typeof headers?.get !== 'function') {
    throw new TypeError(
      `the handler must return a Response, not ${status === 0 ? 'Response.error()' : String(answer)}`,
    );
  }
  return answer;
}
