import { adapterSuite } from '@twicesafe/testing/suites/client';
import type { Got } from 'got';
import oldest from 'got16-oldest';
import { keys } from '../src/index.ts';
import { subjectOf } from './got-subject.ts';

adapterSuite(subjectOf('got 16.0.0', oldest as unknown as Got), keys.custom({ header: 'Idempotency-Key' }));
