import { describe } from 'vitest';
import { callbacksSuite } from './callbacks.ts';
import { effectsSuite } from './effects.ts';
import { gateSuite } from './gate.ts';
import { judgedBodiesSuite } from './judged-bodies.ts';
import { keysSuite } from './keys.ts';
import { methodsSuite } from './methods.ts';
import { mockedConnectionsSuite } from './mocked-connections.ts';
import { pacingSuite } from './pacing.ts';
import { proofSuite } from './proof.ts';
import { protocolsSuite } from './protocols.ts';
import { reauthorizeSuite } from './reauthorize.ts';
import { recordsSuite } from './records.ts';
import { redirectsSuite } from './redirects.ts';
import { requestBodiesSuite } from './request-bodies.ts';
import { responsesSuite } from './responses.ts';
import { rulesSuite } from './rules.ts';
import { secureSuite } from './secure.ts';
import type { Subject } from './subject.ts';
import { timeSuite } from './time.ts';
import { truthSuite } from './truth.ts';

/**
 * What every adapter must do, on a real origin.
 *
 * @param keyScheme - What `keys.custom({ header: 'Idempotency-Key' })` gives.
 * @example
 * adapterSuite({ name: 'wrapFetch', wrap: (options) => wrapFetch(undefined, options), reportOf }, keyScheme);
 */
export function adapterSuite(subject: Subject, keyScheme: object): void {
  describe(`${subject.name}, by contract`, () => {
    methodsSuite(subject);
    proofSuite(subject);
    secureSuite(subject);
    pacingSuite(subject);
    gateSuite(subject);
    timeSuite(subject);
    requestBodiesSuite(subject);
    responsesSuite(subject);
    keysSuite(subject, keyScheme);
    rulesSuite(subject);
    protocolsSuite(subject);
    judgedBodiesSuite(subject);
    reauthorizeSuite(subject);
    effectsSuite(subject);
    redirectsSuite(subject);
    callbacksSuite(subject);
    truthSuite(subject);
    mockedConnectionsSuite(subject);
    recordsSuite(subject);
  });
}
