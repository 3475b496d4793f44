import { fetch as undiciFetch } from 'undici';
import { type Report, type RetryOptions, reportOf, wrapFetch } from '../src/index.ts';

// Compiled with the rest, never run: what must not compile says so.

const fetch: typeof globalThis.fetch = wrapFetch();
const wrapped = wrapFetch(fetch, { maxAttempts: 2 });

void wrapped('https://api.example/', { method: 'POST', body: '{}', retry: { idempotencyKey: 'order-7' } });
void wrapped(new URL('https://api.example/'), { retry: false });
void wrapped(new Request('https://api.example/'));
// @ts-expect-error: no such word
void wrapped('https://api.example/', { retry: { attempts: 3 } });
// @ts-expect-error: no such member of init
void wrapped('https://api.example/', { methd: 'GET' });
// @ts-expect-error: no such option
wrapFetch(fetch, { retries: 3 });
// @ts-expect-error: a wait is a number
const backoff: RetryOptions = { backoff: () => '100' };
// @ts-expect-error: not a fetch
wrapFetch(7);

// Another fetch keeps its own types.
const other: Promise<Awaited<ReturnType<typeof undiciFetch>>> = wrapFetch(undiciFetch)('https://api.example/', {
  headers: [['a', 'b']],
  retry: { maxAttempts: 5 },
});
const stub: Promise<Response> = wrapFetch(async () => new Response())('https://api.example/', { method: 'PUT' });
const report: Report | undefined = reportOf(await wrapped('https://api.example/'));

export { backoff, other, report, stub };
