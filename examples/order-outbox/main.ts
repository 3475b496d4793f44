import { demonstrate } from './demonstration.ts';

const kills = 5;
const { orders, paid, requests } = await demonstrate({ orders: 60, kills });

const times = orders.map((order) => paid.get(order) ?? 0);
console.log(`${orders.length} orders, ${kills} times SIGKILL in the middle, ${requests} requests sent.`);
console.log(`Paid once:  ${times.filter((count) => count === 1).length}`);
console.log(`Paid twice: ${times.filter((count) => count > 1).length}`);
console.log(`Not paid:   ${times.filter((count) => count === 0).length}`);
