import { adapterSuite } from '@twicesafe/testing/suites/client';
import type { Got } from 'got';
import got15 from 'got15';
import { keys } from '../src/index.ts';
import { subjectOf } from './got-subject.ts';

adapterSuite(
  subjectOf('got 15', got15 as unknown as Got, ['one-connection']),
  keys.custom({ header: 'Idempotency-Key' }),
);
