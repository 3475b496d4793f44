import ky from 'ky';
import { type WrappedKy, wrapKy } from '../src/index.ts';

// Compiled with the rest, never run: what must not compile says so.

const api: WrappedKy = wrapKy(ky, { maxAttempts: 2 });

const order: Promise<{ id: number }> = api.get('orders/7').json<{ id: number }>();
void api.post('orders', { json: {}, retry: { idempotencyKey: 'order-7', limit: 2 } });
void api.post('orders', { retry: 1, throwHttpErrors: false, timeout: 5000, searchParams: { a: 1 } });
void api('orders', { method: 'DELETE' });
const child: WrappedKy = api.extend({ headers: { 'x-team': 'orders' } }).create({ baseUrl: 'https://api.example' });
void api.extend((parent) => ({ headers: parent.headers ?? {} }));

// @ts-expect-error: no such word
void api.post('orders', { retry: { attempts: 3 } });
// @ts-expect-error: no such option of ky
void api.post('orders', { jsn: {} });
// @ts-expect-error: no such option of ours
wrapKy(ky, { retries: 3 });
// @ts-expect-error: the instance comes first
wrapKy({ maxAttempts: 3 });

export { child, order };
