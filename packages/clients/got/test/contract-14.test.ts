import { adapterSuite } from '@twicesafe/testing/suites/client';
import type { Got } from 'got';
import got14 from 'got14';
import { keys } from '../src/index.ts';
import { subjectOf } from './got-subject.ts';

adapterSuite(
  subjectOf('got 14', got14 as unknown as Got, ['one-connection']),
  keys.custom({ header: 'Idempotency-Key' }),
);
