import { wrapAxios } from '@twicesafe/axios';
import axios from 'axios';
import { type ContentfulClientApi, createClient } from 'contentful';

const { adapter } = wrapAxios(axios.create()).defaults;

export function client(host: string): ContentfulClientApi<undefined> {
  return createClient({ space: 'space', accessToken: 'token', host, insecure: true, retryOnError: false, adapter });
}
