/** A fetch whose first answer gets lost: the request arrives, and the connection is reset. */
export function losingFirstAnswer(): typeof fetch {
  let isFirst = true;
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!isFirst) return response;
    isFirst = false;
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
  };
}
