import { observe } from './observe.ts';

const { trace, metrics } = await observe();
console.log(trace);
console.log(metrics);
