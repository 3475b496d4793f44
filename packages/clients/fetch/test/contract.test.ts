import { adapterSuite, outerRetriesSuite, type Send, type Subject } from '@twicesafe/testing/suites/client';
import { bodyJudge, keys, protocol, reauthorize, reportOf, wrapFetch } from '../src/index.ts';

const subject: Subject = {
  name: 'wrapFetch',
  wrap: (options) => wrapFetch(undefined, options) as Send,
  makers: { bodyJudge, protocol, reauthorize },
  reportOf,
};

adapterSuite(subject, keys.custom({ header: 'Idempotency-Key' }));
outerRetriesSuite(subject);
