import { wrapAxios } from '@twicesafe/axios';
import axios from 'axios';
import { type ContentfulClientApi, createClient } from 'contentful';
import { client } from '../recipes/contentful.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: ContentfulClientApi<undefined>): Calls {
  return { read: () => sdk.getEntries(), write: () => sdk.createAssetKey(Math.floor(Date.now() / 1000) + 600) };
}

export const contentful: Sdk = {
  name: 'contentful',
  file: 'contentful',
  retriesOff: '`retryOnError: false`',
  marks: 'none',
  open(url, options) {
    const { adapter } = options ? wrapAxios(axios.create(), options).defaults : {};
    const { host } = new URL(url);
    const settings = { space: 'space', accessToken: 'token', host, insecure: true, logHandler() {} };
    return calls(createClient({ ...settings, ...(adapter && { adapter }) }));
  },
  recipe: (url) => calls(client(new URL(url).host)),
};
