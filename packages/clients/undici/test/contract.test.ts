import { adapterSuite } from '@twicesafe/testing/suites/client';
import { bodyJudge, keys, protocol, type RetryOptions, reauthorize } from '../src/index.ts';
import { sender, undiciReportOf } from './support.ts';

adapterSuite(
  {
    name: 'retry of undici',
    differs: ['not-fetch'],
    wrap: (options) => sender(options as RetryOptions),
    makers: { bodyJudge, protocol, reauthorize },
    reportOf: undiciReportOf,
  },
  keys.custom({ header: 'Idempotency-Key' }),
);
