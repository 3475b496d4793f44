import { adapterSuite } from '@twicesafe/testing/suites/client';
import type { KyInstance } from 'ky';
import oldest from 'ky-oldest';
import { keys } from '../src/index.ts';
import { subjectOf } from './ky-subject.ts';

adapterSuite(
  subjectOf('wrapKy on ky 2.0.0', oldest as unknown as KyInstance),
  keys.custom({ header: 'Idempotency-Key' }),
);
