import type { ClientRequest } from 'node:http';

/**
 * Calls back when a request is destroyed that has no socket yet. Node tells nobody before the socket is there.
 *
 * @returns Stops it.
 */
export function onDestroy(request: ClientRequest, callback: (error: Error) => void): () => void {
  const { destroy } = request;
  const watched: ClientRequest['destroy'] = (error) => {
    destroy.call(request, error);
    callback(error ?? new Error('The request was destroyed'));
    return request;
  };
  request.destroy = watched;
  return () => {
    if (request.destroy === watched) request.destroy = destroy;
  };
}
