import { explain } from '@twicesafe/fetch';
import { pay } from './pay.ts';
import { listen } from './payment-api.ts';

{
  await using api = await listen('cut after', 'cut before');
  console.log(explain(await pay(api.url, 'order-7', 1200)));
  console.log(`The server has ${api.payments.length} payment.\n`);
}
{
  await using api = await listen('cut after', 'cut after', 'cut after');
  console.log(explain(await pay(api.url, 'order-8', 1200)));
  console.log(`The server has ${api.payments.length} payment.`);
}
