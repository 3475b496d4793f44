import { Readable } from 'node:stream';
import type { Response } from 'express';
import type { Answer } from '../payment.ts';

/** Sends an answer as Express applications do. */
export function sendAnswer({ status, headers, body }: Answer, response: Response): void {
  response.status(status).set(headers);
  if (typeof body === 'string' || Buffer.isBuffer(body)) response.send(body);
  else Readable.from(body).pipe(response);
}
