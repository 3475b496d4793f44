import { adapterSuite, type Send } from '@twicesafe/testing';
import { keys, reportOf, wrapFetch } from '../src/index.ts';

adapterSuite(
  { name: 'wrapFetch', wrap: (options) => wrapFetch(undefined, options) as Send, reportOf },
  keys.custom({ header: 'Idempotency-Key' }),
);
