import { adapterSuite } from '@twicesafe/testing';
import { keys } from '../src/index.ts';
import { subjectOf } from './axios-subject.ts';

for (const adapter of ['http', 'fetch'] as const)
  adapterSuite(subjectOf(adapter), keys.custom({ header: 'Idempotency-Key' }));
