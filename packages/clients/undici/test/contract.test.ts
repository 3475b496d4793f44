import { adapterSuite } from '@twicesafe/testing/suites/client';
import { keys, type RetryOptions, reauthorize } from '../src/index.ts';
import { sender, undiciReportOf } from './support.ts';

adapterSuite(
  {
    name: 'retry of undici',
    differs: ['not-fetch'],
    wrap: (options) => sender(options as RetryOptions),
    reauthorize,
    reportOf: undiciReportOf,
  },
  keys.custom({ header: 'Idempotency-Key' }),
);
