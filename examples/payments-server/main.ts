import { demonstrate } from './demonstration.ts';

const { orders, kills, attempts, statuses, payments } = await demonstrate({ orders: 60, kills: 5 });

const paidOnce = [...payments.values()].filter((count) => count === 1).length;
console.log(`${orders} orders, ${kills} times SIGKILL in the middle, ${attempts} requests sent.`);
console.log(`Answered 201: ${statuses.filter((status) => status === 201).length}`);
console.log(`Paid once:    ${paidOnce}`);
console.log(`Paid twice:   ${payments.size - paidOnce}`);
console.log(`Not paid:     ${orders - payments.size}`);
