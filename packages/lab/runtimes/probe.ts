import { type Report, reportOf, wrapFetch } from '@twicesafe/fetch';
import { CHECKS, type Check } from './checks.ts';

/** The URLs where the probe gets its operations and reports their results. */
export interface Places {
  readonly control: string;
}

/** The probe's result for one operation, which is the JSON part of a report. */
export interface Told {
  readonly effect: Report['effect'];
  readonly deliveries: readonly string[];
}

/** The result of a check of the contract, with the failure if there was one. */
export interface Checked {
  readonly wrong: string | null;
}

/**
 * Runs in the runtime under test. Requests one operation after the other, and sends back what their reports contain.
 */
export async function probe({ control }: Places): Promise<void> {
  const bare = globalThis.fetch;
  const fetch = wrapFetch(undefined, { backoff: () => 1, attemptTimeoutMs: 5000, budget: 'none' });
  for (;;) {
    const next = await (await bare(`${control}next`, { method: 'POST' })).json();
    if (!next) return;
    if (next.check) {
      const check: Check = CHECKS[next.check as keyof typeof CHECKS];
      const wrong = await check(next.url).catch(String);
      await bare(`${control}told`, { method: 'POST', body: JSON.stringify({ wrong: wrong ?? null }) });
      continue;
    }
    const body = next.method === 'GET' ? {} : { body: 'order' };
    const settled: unknown = await fetch(next.url, { method: next.method, ...body }).catch((error: unknown) => error);
    if (settled instanceof Response) await settled.text().catch(() => {});
    const report = reportOf(settled);
    const told = report && { effect: report.effect, deliveries: report.attempts.map(({ delivery }) => delivery) };
    await bare(`${control}told`, { method: 'POST', body: JSON.stringify(told ?? null) });
  }
}
