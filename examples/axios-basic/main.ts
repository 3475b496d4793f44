import { listen } from '@twicesafe/example-busy-server';
import { addNote, placeOrder, readOrder } from './orders.ts';

await using server = await listen();
console.log(await readOrder(server.url));
console.log(await placeOrder(server.url, 'order-7'));
console.log(await addNote(server.url, 'call back'));
