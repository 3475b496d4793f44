import type { RequestInitLike, Subject } from '@twicesafe/testing/suites/client';
import { isHTTPError, type KyInstance } from 'ky';
import {
  bodyJudge,
  protocol,
  reauthorize,
  reportOf,
  type WrappedKy,
  type WrappedOptions,
  wrapKy,
} from '../src/index.ts';

/** ky throws what the suite wants to look at. */
async function send(api: WrappedKy, input: string | Request, init?: RequestInitLike): Promise<Response> {
  try {
    return await api(input, init as WrappedOptions);
  } catch (error) {
    if (isHTTPError(error)) return error.response;
    throw error;
  }
}

/** A version of ky for the suite that all clients pass. */
export function subjectOf(name: string, ky: KyInstance): Subject {
  return {
    name,
    wrap(options) {
      const api = wrapKy(ky, options);
      return (input, init) => send(api, input, init);
    },
    makers: { bodyJudge, protocol, reauthorize },
    reportOf,
  };
}
