import type { ClientRequest } from 'node:http';

/**
 * Calls back when a request without a socket is destroyed. Node emits events only once the socket exists.
 *
 * @returns Stops it.
 */
export function onDestroy(request: ClientRequest, callback: (error: Error) => void): () => void {
  const { destroy } = request;
  const watched: ClientRequest['destroy'] = (error) => {
    destroy.call(request, error);
    callback(error ?? Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    return request;
  };
  request.destroy = watched;
  return () => {
    if (request.destroy === watched) request.destroy = destroy;
  };
}
