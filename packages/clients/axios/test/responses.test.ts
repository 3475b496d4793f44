import { Origin, rejectionOf, status } from '@twicesafe/testing';
import axios, { type AxiosAdapter, type AxiosResponse, type ResponseType } from 'axios';
import { describe, expect, test } from 'vitest';
import { bodyJudge, reportOf, wrapAxios } from '../src/index.ts';
import { ADAPTERS, soon } from './support.ts';

describe('the headers of a response', () => {
  test.each<[name: string, headers: object | undefined, askedMs: number | undefined]>([
    ['in a plain object', { 'retry-after': '90' }, 90_000],
    ["in axios' own", new axios.AxiosHeaders({ 'Retry-After': '90' }), 90_000],
    ['as a number', { 'retry-after': 90 }, 90_000],
    ['in a list', { 'retry-after': ['80', '90'] }, 90_000],
    ['removed by false', { 'x-should-retry': false }, undefined],
    ['missing', undefined, undefined],
  ])('%s are read', async (_, headers, askedMs) => {
    const adapter: AxiosAdapter = async (config) =>
      ({ status: 503, statusText: '', data: '', headers, config }) as AxiosResponse;
    const api = wrapAxios(axios.create({ adapter }), { ...soon, maxAttempts: 2 });

    const response = await api.get('http://api.test/');

    expect(reportOf(response)?.attempts).toHaveLength(askedMs === undefined ? 2 : 1);
    expect(reportOf(response)?.decision.askedMs).toBe(askedMs);
  });
});

describe.each(ADAPTERS)('a judge over the %s adapter', (adapter, library) => {
  const TYPES: readonly (ResponseType | undefined)[] = [undefined, 'text', 'arraybuffer'];

  test.each(adapter === 'fetch' ? [...TYPES, 'blob' as const] : TYPES)(
    'reads a body of 64 KiB and no longer one, if responseType is %s',
    async (responseType) => {
      await using origin = await Origin.listen();
      const lengths: number[] = [];
      const judge = bodyJudge((_, text) => {
        lengths.push(text.length);
        return undefined;
      });
      const api = wrapAxios(library.create({ adapter, ...(responseType && { responseType }) }), { rules: [{ judge }] });
      const headers = { 'content-type': 'application/json' };
      for (const length of [65_536, 65_537])
        origin.plays(status(400, { headers, body: `"${'x'.repeat(length - 2)}"` }));

      await rejectionOf(api.post(origin.url, 'order'));
      await rejectionOf(api.post(origin.url, 'order'));

      expect(lengths).toEqual([65_536, 0]);
    },
  );
});
