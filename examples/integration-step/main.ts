import { type Fault, listen } from './api.ts';
import { METHODS, type Method } from './methods.ts';
import { runStep } from './step.ts';

await using api = await listen();
const faults: Readonly<Record<Fault, string>> = { busy: 'answered 503 first', cut: 'cut after processing first' };

for (const [fault, words] of Object.entries(faults) as [Fault, string][]) {
  for (const method of Object.keys(METHODS) as Method[]) {
    const { outcome, story } = await runStep({ method, url: api.urlOf(fault) });
    console.log(`${method}, ${words}: ${api.countRequests()} requests, ${outcome}\n  ${story}\n`);
  }
}
const { outcome, story } = await runStep({ method: 'POST', url: api.urlOf('cut'), idempotencyKey: 'run-1/step-2' });
console.log(`POST with a key, ${faults.cut}: ${api.countRequests()} requests, ${outcome}\n  ${story}`);
