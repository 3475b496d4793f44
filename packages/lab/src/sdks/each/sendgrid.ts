import sendGridSdk from '@sendgrid/client';
import { wrapAxios } from '@twicesafe/axios';
import axios from 'axios';
import { client } from '../recipes/sendgrid.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: typeof sendGridSdk, baseUrl: string): Calls {
  return {
    read: () => sdk.request({ baseUrl, method: 'GET', url: 'v3/templates' }),
    write: () => sdk.request({ baseUrl, method: 'POST', url: 'v3/mail/send', body: { subject: 'Order 7' } }),
  };
}

export const sendGrid: Sdk = {
  name: '@sendgrid/client and @sendgrid/mail',
  file: 'sendgrid',
  retriesOff: 'has none',
  marks: 'none',
  open(url, options) {
    const adapter = options ? wrapAxios(axios.create(), options).defaults.adapter : axios.getAdapter('http');
    sendGridSdk.setDefaultRequest('adapter' as never, adapter as never);
    return calls(sendGridSdk, url);
  },
  recipe: (url) => calls(client(), url),
};
