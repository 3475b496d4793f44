import { wrapAxios } from '@twicesafe/axios';
import { type Report, type RetryOptions, reportOf, wrapFetch } from '@twicesafe/fetch';
import { wrapGot } from '@twicesafe/got';
import { wrapKy } from '@twicesafe/ky';
import { retry } from '@twicesafe/undici';
import axios from 'axios';
import got from 'got';
import ky, { isHTTPError } from 'ky';
import { Agent, request } from 'undici';

/** A POST, the same for every client. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How an operation ended. Without a status it failed. */
export interface Ended {
  readonly status?: number;
  readonly text: string;
  readonly report: Report | undefined;
}

/** A client with its retries. */
export interface ProtocolClient {
  readonly name: string;
  wrap(options: RetryOptions): (post: Post) => Promise<Ended>;
}

async function ended(settled: Promise<{ status: number; text: string; reported: unknown }>): Promise<Ended> {
  try {
    const { reported, ...rest } = await settled;
    return { ...rest, report: reportOf(reported) };
  } catch (error) {
    return { text: String(error), report: reportOf(error) };
  }
}

const ofResponse = async (settled: PromiseLike<Response>) => {
  const reported = await settled;
  return { status: reported.status, text: reported.bodyUsed ? '' : await reported.text(), reported };
};

/** The response that ky throws for an error status. */
function responseOf(error: unknown): Response {
  if (isHTTPError(error)) return error.response;
  throw error;
}

/** The five clients. */
export const clients: readonly ProtocolClient[] = [
  {
    name: 'fetch',
    wrap(options) {
      const wrapped = wrapFetch(options);
      return ({ url, ...init }) => ended(ofResponse(wrapped(url, { method: 'POST', ...init })));
    },
  },
  {
    name: 'ky',
    wrap(options) {
      const api = wrapKy(ky, options);
      return ({ url, ...init }) => ended(ofResponse(api(url, { method: 'POST', ...init }).catch(responseOf)));
    },
  },
  {
    name: 'axios',
    wrap(options) {
      const api = wrapAxios(axios.create({ validateStatus: () => true, responseType: 'text' }), options);
      return ({ url, headers, body: data }) =>
        ended(
          api
            .request({ url, method: 'POST', headers: { ...headers }, data, transformResponse: [] })
            .then((reported) => ({ status: reported.status, text: String(reported.data), reported })),
        );
    },
  },
  {
    name: 'undici',
    wrap(options) {
      const dispatcher = new Agent().compose(retry(options));
      return ({ url, headers, body }) =>
        ended(
          request(url, { method: 'POST', headers: { ...headers }, body, dispatcher }).then(async (answer) => ({
            status: answer.statusCode,
            text: await answer.body.text(),
            reported: answer.headers,
          })),
        );
    },
  },
  {
    name: 'got',
    wrap(options) {
      const api = wrapGot(got, options);
      return ({ url, headers, body }) =>
        ended(
          api(url, { method: 'POST', headers: { ...headers }, body, throwHttpErrors: false }).then((reported) => ({
            status: reported.statusCode,
            text: reported.body,
            reported,
          })),
        );
    },
  },
];
