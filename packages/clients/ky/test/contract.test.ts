import { adapterSuite, type RequestInitLike } from '@twicesafe/testing';
import ky, { isHTTPError } from 'ky';
import { keys, reportOf, type WrappedKy, type WrappedOptions, wrapKy } from '../src/index.ts';

/** ky throws what the suite wants to look at. */
async function send(api: WrappedKy, input: string | Request, init?: RequestInitLike): Promise<Response> {
  try {
    return await api(input, init as WrappedOptions);
  } catch (error) {
    if (isHTTPError(error)) return error.response;
    throw error;
  }
}

adapterSuite(
  {
    name: 'wrapKy',
    wrap(options) {
      const api = wrapKy(ky, options);
      return (input, init) => send(api, input, init);
    },
    reportOf,
  },
  keys.custom({ header: 'Idempotency-Key' }),
);
