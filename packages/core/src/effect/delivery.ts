/**
 * What can be *proved* about one attempt.
 *
 * - `never-sent`: the attempt failed before any byte was handed to a connection (refused, failed lookup or handshake).
 * - `refused`: the protocol says that the request was not processed (421, 425, HTTP/2 REFUSED_STREAM, RFC 9113 section
 *   8.7).
 * - `answered`: the server sent a response.
 * - `unknown`: everything else. Unknown means unsafe.
 */
export type Delivery = 'never-sent' | 'refused' | 'unknown' | 'answered';

/** What can be proved about an attempt without a response. */
export type FailureDelivery = Exclude<Delivery, 'answered'>;
