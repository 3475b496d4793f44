import { adapterSuite } from '@twicesafe/testing/suites/client';
import { keys } from '../src/index.ts';
import { subjectOf } from './got-subject.ts';

adapterSuite(subjectOf('got 16'), keys.custom({ header: 'Idempotency-Key' }));
