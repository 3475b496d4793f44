import { createRequire } from 'node:module';
import { closedPort, Origin, processThenReset, redirect, status } from '@twicesafe/testing';
import axios from 'axios';
import { expect, test } from 'vitest';
import { reportOf, wrapAxios } from '../src/index.ts';

const cjs = createRequire(import.meta.url)('axios') as typeof axios;
for (const [name, lib] of [
  ['esm', axios],
  ['cjs', cjs],
] as const)
  for (const adapter of ['http', 'fetch'] as const) {
    test(`${name} ${adapter}`, async () => {
      const origin = await Origin.listen();
      const api = wrapAxios(lib.create({ adapter }), { backoff: () => 1 });
      origin.plays(status(503));
      const response = await api.put(origin.url, { a: 1 });
      expect(response.status).toBe(200);
      expect(reportOf(response)?.attempts.length).toBe(2);
      origin.plays(processThenReset());
      const error = await api.post(origin.url, { a: 1 }).catch((e) => e);
      expect(error).toBeInstanceOf(lib.AxiosError);
      expect(reportOf(error)).toMatchObject({ effect: 'maybe-applied', attempts: [{ delivery: 'unknown' }] });
      const port = await closedPort();
      const e2 = await api.post(`http://127.0.0.1:${port}/`, { a: 1 }).catch((e) => e);
      expect(reportOf(e2)).toMatchObject({ effect: 'not-applied', attempts: [{ delivery: 'never-sent' }, {}, {}] });
      origin.plays(redirect(307, `http://127.0.0.1:${port}/`));
      const e3 = await api.post(origin.url, { a: 1 }).catch((e) => e);
      expect(reportOf(e3)).toMatchObject({ effect: 'maybe-applied', attempts: [{ delivery: 'unknown' }] });
      const c = new AbortController();
      origin.plays(status(503, { headers: { 'retry-after': '30' } }));
      const p = api.get(origin.url, { signal: c.signal }).catch((e) => e);
      await origin.received(5);
      await new Promise((r) => setTimeout(r, 50));
      c.abort();
      const e4 = await p;
      expect(lib.isCancel(e4)).toBe(true);
      expect(e4).toBeInstanceOf(lib.CanceledError);
      expect(reportOf(e4)).toMatchObject({ decision: { reason: 'aborted' } });
      await origin.close();
    });
  }
