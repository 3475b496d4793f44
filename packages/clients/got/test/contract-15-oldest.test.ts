import { adapterSuite } from '@twicesafe/testing';
import type { Got } from 'got';
import oldest from 'got15-oldest';
import { keys } from '../src/index.ts';
import { subjectOf } from './got-subject.ts';

adapterSuite(
  subjectOf('got 15.0.0', oldest as unknown as Got, ['one-connection']),
  keys.custom({ header: 'Idempotency-Key' }),
);
