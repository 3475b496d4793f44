import { wrapAxios } from '@twicesafe/axios';
import twilio from 'twilio';

const httpClient = new twilio.RequestClient();
wrapAxios(httpClient.axios as never);

export function client(): twilio.Twilio {
  return twilio('ACaccount', 'token', { httpClient });
}
