import { wrapFetch } from '@twicesafe/fetch';
import { provesSafe } from '@twicesafe/testing';
import { matchers } from '@twicesafe/testing/matchers';

const options = { faults: ['resetAfter'], on: [1], time: 'virtual' } as const;
const wrapped = wrapFetch();

const again = await provesSafe(
  (url) => fetch(url, { method: 'POST' }).catch(() => fetch(url, { method: 'POST' })),
  options,
);
const once = await provesSafe((url) => wrapped(url, { method: 'POST' }), options);

const verdicts = [...again.rows, ...once.rows].map(({ verdict }) => verdict).join(', ');
if (verdicts !== 'ok, DOUBLED, ok, in doubt') throw new Error(`the verdicts are ${verdicts}`);
if (typeof matchers.toBeSafeUnderFaults !== 'function') throw new Error('there are no matchers');
