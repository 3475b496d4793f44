import { wrapAxios } from '@twicesafe/axios';
import twilioSdk from 'twilio';
import { client } from '../recipes/twilio.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: twilioSdk.Twilio, url: string): Calls {
  const uri = `${url}orders`;
  return {
    read: () => sdk.request({ method: 'get', uri }),
    write: () => sdk.request({ method: 'post', uri, data: { Item: 7 } }),
  };
}

export const twilio: Sdk = {
  name: 'twilio',
  file: 'twilio',
  retriesOff: 'none by default',
  marks: 'none',
  open(url, options) {
    const httpClient = new twilioSdk.RequestClient();
    if (options) wrapAxios(httpClient.axios as never, options);
    return calls(twilioSdk('ACaccount', 'token', { httpClient }), url);
  },
  recipe: (url) => calls(client(), url),
};
