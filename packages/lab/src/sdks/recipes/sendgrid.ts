import sendGrid from '@sendgrid/client';
import { wrapAxios } from '@twicesafe/axios';
import axios from 'axios';

export function client(): typeof sendGrid {
  sendGrid.setApiKey('SG.key');
  sendGrid.setDefaultRequest('adapter' as never, wrapAxios(axios.create()).defaults.adapter as never);
  return sendGrid; // for @sendgrid/mail: `mail.setClient(sendGrid)`
}
