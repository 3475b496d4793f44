import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { GotAttempt } from '../src/got-attempt.ts';
import { failedRequest, operationOf, sentOptions } from './support.ts';

// The runtime is looked up once, so these tests have a file of their own.
beforeAll(() => void vi.stubGlobal('Bun', {}));
afterAll(() => void vi.unstubAllGlobals());

const refused = { name: 'RequestError', code: 'ECONNREFUSED', message: 'Unable to connect', request: {} } as never;

/** Bun sends a second copy of all methods but POST and PATCH. */
test.each([
  ['POST', false, 'never-sent'],
  ['PUT', false, 'unknown'],
  ['POST', true, 'never-sent'],
  ['PUT', true, 'unknown'],
] as const)(
  'over HTTP/2, a refused connection of a %s, with a request of its own: %s, is %s',
  (method, own, delivery) => {
    const attempt = new GotAttempt(operationOf({}, method).operation, undefined);
    attempt.handOver(sentOptions({ method, http2: true }));

    if (own) attempt.send(failedRequest());

    expect(attempt.outcome(refused)).toMatchObject({ delivery });
  },
);
