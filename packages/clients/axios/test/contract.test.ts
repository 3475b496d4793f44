import { adapterSuite, outerRetriesSuite } from '@twicesafe/testing/suites/client';
import { keys } from '../src/index.ts';
import { subjectOf } from './axios-subject.ts';

for (const adapter of ['http', 'fetch'] as const) {
  const subject = subjectOf(adapter);
  adapterSuite(subject, keys.custom({ header: 'Idempotency-Key' }));
  outerRetriesSuite(subject);
}
